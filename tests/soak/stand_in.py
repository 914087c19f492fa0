"""Launches the engine's stand-in, each run in a process of its own."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from aem_mail.simulator.server import Running
from tests.soak.components import expanded
from tests.soak.disturbance import Kind
from tests.soak.launcher import Order
from tests.soak.process import Conditions, EngineProcess
from tests.soak.schedule import Schedule

GATHERING = '{"idle": 0.12, "held": 0.2}'
PATIENCE = 60.0


class StandIn:
    """The engine's stand-in."""

    time_scale: ClassVar[float] = 6000.0

    def __init__(self, schedule: Schedule, simulator: Running, folder: Path) -> None:
        self._schedule = schedule
        self._simulator = simulator
        self._folder = folder
        self._last: dict[str, EngineProcess] = {}
        _furnish(folder, schedule.plan.files)

    def process(self, name: str, order: Order, *, disturbed: bool) -> EngineProcess:
        what = self._schedule.disturbance
        conditions = Conditions(
            self._folder / name,
            self._environ(name),
            {"aem-mail:gathering": GATHERING, "aem-mail:timeouts": _timeouts(what.timeout if disturbed else PATIENCE)},
            answer_within=what.answer_within if disturbed else 15.0,
            width=self._schedule.width,
            full_disk=disturbed and what.kind is Kind.FULL_DISK,
            as_nobody=disturbed and what.kind is Kind.READ_ONLY,
            verbose=self._schedule.verbose and not (disturbed and what.needs_file),
        )
        before = self._last.get(name)
        expanded_order = replace(order, program=expanded(order.program))
        self._last[name] = EngineProcess(conditions, expanded_order, pending=[] if before is None else list(before.pending))
        return self._last[name]

    def files(self) -> Mapping[str, str]:
        project = self._folder / "one"
        return {str(path.relative_to(project)): path.read_text() for path in project.rglob("*.cfg.json")}

    def texts(self) -> Mapping[str, str]:
        return {"the log": "\n".join(path.read_text(errors="replace") for path in self._folder.rglob("log.txt"))}

    def _environ(self, name: str) -> dict[str, str]:
        elsewhere = name == "two" and self._schedule.disturbance.kind is Kind.STACK_ELSEWHERE
        return {
            **self._schedule.plan.environ,
            "XDG_CACHE_HOME": str(self._folder / ("elsewhere" if elsewhere else "cache")),
            "CLOUDMANAGER_BASE_URL": self._simulator.url,
            "CLOUDMANAGER_ORG_ID": self._simulator.org_id,
            "CLOUDMANAGER_CLIENT_ID": self._simulator.client_id,
            "CLOUDMANAGER_CLIENT_SECRET": self._simulator.client_secret,
            **({"AEM_MAIL_FINGERPRINT_KEY": "a-key-for-fingerprints"} if self._schedule.keyed else {}),
        }


def _timeouts(seconds: float) -> str:
    return json.dumps({"environment": seconds, "infrastructure": seconds})


def _furnish(folder: Path, files: Mapping[str, str]) -> None:
    folder.chmod(0o755)
    for name in ("cache", "elsewhere"):
        locks = folder / name / "aem-mail" / "locks"
        locks.mkdir(parents=True)
        locks.chmod(0o777)
    for name in ("one", "two"):
        project = folder / name
        (project / "osgiconfig" / "config.dev").mkdir(parents=True)
        (project / "Pulumi.yaml").write_text("name: soak\nruntime: python\n")
        for file, text in files.items():
            (project / file).write_text(text)
