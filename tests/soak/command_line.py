"""Launches the real engine: the command line with a stack, a home and a back end of its own in each folder."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from aem_mail.simulator.server import Running
from tests.soak.components import text_of
from tests.soak.disturbance import Kind
from tests.soak.history import Operation
from tests.soak.launcher import Order
from tests.soak.pulumi_state import operations, recorded
from tests.soak.schedule import Schedule
from tools.engine import environment

LONGEST = 600.0
"""Real seconds after which a command counts as hanging."""

ARGUMENTS = ("--yes", "--skip-preview", "--non-interactive", "--color", "never")


class CommandLine:
    """The real engine."""

    time_scale: ClassVar[float] = 1200.0

    def __init__(self, schedule: Schedule, simulator: Running, folder: Path) -> None:
        self._schedule = schedule
        self._folder = folder
        self._simulator = simulator
        self._processes: list[PulumiProcess] = []
        secrets = folder / "secrets"
        secrets.mkdir()
        for name, text in schedule.plan.files.items():
            (secrets / name).write_text(text)
        for name in ["one", "two"] if schedule.second else ["one"]:
            self._furnish(name)

    def process(self, name: str, order: Order, *, disturbed: bool) -> "PulumiProcess":
        if order.command == "up":
            (self._folder / name / "__main__.py").write_text(text_of(order.program, self._folder / "secrets"))
        log = self._folder / f"events-{len(self._processes)}.json"
        process = PulumiProcess(order, self._folder / name, self._environ(name), log)
        self._processes.append(process)
        return process

    def files(self) -> Mapping[str, str]:
        project = self._folder / "one"
        return {str(path.relative_to(project)): path.read_text() for path in project.rglob("*.cfg.json")}

    def texts(self) -> Mapping[str, str]:
        """Return what was printed, the events, and everything that lies in the projects but the programs themselves."""
        printed = {f"the output of run {number}": process.output for number, process in enumerate(self._processes)}
        files = [path for path in self._folder.rglob("*") if path.is_file() and path.name != "__main__.py"]
        kept = {str(path): path.read_text(errors="replace") for path in files if self._folder / "secrets" not in path.parents}
        return {**printed, **kept}

    def _furnish(self, name: str) -> None:
        project = self._folder / name
        (project / "state").mkdir(parents=True)
        (project / "osgiconfig").mkdir()
        runtime = f"runtime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
        (project / "Pulumi.yaml").write_text(f"name: soak\n{runtime}")
        (project / "Pulumi.soak.yaml").write_text("config:\n  aem-mail:gathering:\n    idle: 0.6\n")
        (project / "__main__.py").write_text("")
        _pulumi(["stack", "init", "soak"], project, self._environ(name))

    def _environ(self, name: str) -> dict[str, str]:
        simulator, schedule = self._simulator, self._schedule
        elsewhere = name == "two" and schedule.disturbance.kind is Kind.STACK_ELSEWHERE
        kept = {key: value for key, value in environment().items() if not key.startswith(("CLOUDMANAGER_", "AEM_MAIL_"))}
        return {
            **kept,
            **schedule.plan.environ,
            "PULUMI_HOME": str(self._folder / name / "home"),
            "PULUMI_BACKEND_URL": f"file://{self._folder / name / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "correct horse battery staple",
            "PULUMI_DEBUG_COMMANDS": "true",
            "PULUMI_PARALLEL": str(schedule.width),
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_CACHE_HOME": str(self._folder / ("elsewhere" if elsewhere else "cache")),
            "CLOUDMANAGER_BASE_URL": simulator.url,
            "CLOUDMANAGER_ORG_ID": simulator.org_id,
            "CLOUDMANAGER_CLIENT_ID": simulator.client_id,
            "CLOUDMANAGER_CLIENT_SECRET": simulator.client_secret,
            **({"AEM_MAIL_FINGERPRINT_KEY": "a-key-for-fingerprints"} if schedule.keyed else {}),
        }


class PulumiProcess:
    """One command of the command line."""

    def __init__(self, order: Order, project: Path, environ: Mapping[str, str], log: Path) -> None:
        self.order = order
        self.state = order.state
        self.operations: list[Operation] = []
        self.completed = False
        self.after_operations: tuple[int, Callable[[], object]] | None = None
        self.output = ""
        self._project = project
        self._environ = environ
        self._log = log
        self._interruptions = 0
        self._process: subprocess.Popen[str] | None = None
        self._ours: dict[int, str] = {}

    @property
    def cancelled(self) -> bool:
        return self._interruptions > 0 and self._process is not None and self._process.returncode != 0

    def start(self) -> None:
        """Start it; a lock that a killed command left behind is cleared first, as its message tells people to."""
        if list((self._project / "state" / ".pulumi" / "locks").rglob("*.json")):
            _pulumi(["cancel", "--yes", "--stack", "soak"], self._project, self._environ)
        self._process = subprocess.Popen(
            ["pulumi", self.order.command, *ARGUMENTS, "--stack", "soak", "--event-log", str(self._log)],
            cwd=self._project,
            env=dict(self._environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def wait(self) -> None:
        assert self._process is not None
        try:
            self.output, _ = self._process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            self.kill()
            self.output, _ = self._process.communicate()
        self._end_orphans()
        # A second Ctrl-C has the engine go without waiting for what is under way, as a kill does.
        self.completed = self._process.returncode >= 0 and not (self._interruptions > 1 and self.cancelled)
        self.state = recorded(self._project / "state")
        self.operations = operations(self._log)

    def kill(self) -> None:
        self._remember_descendants()
        self._signal(signal.SIGKILL)

    def kill_plugin(self) -> None:
        for pid, command in self._descendants().items():
            if "pulumi.dynamic" in command:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def interrupt(self) -> None:
        """Press Ctrl-C: the whole foreground group of the terminal gets it."""
        self._remember_descendants()
        self._interruptions += 1
        assert self._process is not None
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGINT)

    def doze(self, seconds: float) -> None:
        raise NotImplementedError("a schedule for the stand-in only")

    def _signal(self, number: int) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(number)

    def _remember_descendants(self) -> None:
        self._ours |= self._descendants()

    def _end_orphans(self) -> None:
        """Let what a killed engine left behind end by itself, as on a user's machine, but not for ever."""
        deadline = time.monotonic() + 10.0
        while self._living() and time.monotonic() < deadline:
            time.sleep(0.1)
        for pid in self._living():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _living(self) -> list[int]:
        return [pid for pid, command in self._ours.items() if _command(pid) == command]

    def _descendants(self) -> dict[int, str]:
        assert self._process is not None
        children: dict[int, list[int]] = {}
        for pid, parent in _parents():
            children.setdefault(parent, []).append(pid)
        found: dict[int, str] = {}
        todo = [self._process.pid]
        while todo:
            for child in children.get(todo.pop(), ()):
                found[child] = _command(child)
                todo.append(child)
        return found


def _parents() -> Iterator[tuple[int, int]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            yield int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def _pulumi(arguments: list[str], project: Path, environ: Mapping[str, str]) -> None:
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive", "--color", "never"],
        cwd=project, env=dict(environ), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"pulumi {arguments[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
