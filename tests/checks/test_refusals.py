"""Mistakes that stop a mail because Cloud Manager refuses what is declared, so that it never comes to be."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from aem_mail.checks import CHECKS, Declaration
from aem_mail.simulator.server import Running, running_simulator
from tests import loopback
from tests.checks.cases import CASES
from tests.checks.situations import PASSWORD, Situation, declared, healthy, live, write

SANDBOX = replace(declared(), program_id="10002", environment_id="20004")
TOO_LONG = replace(PASSWORD, value="x" * 2049)
BEYOND = CASES["M03"]["outside the range"].mistake

MISTAKES: dict[str, tuple[Situation, dict[str, int], str]] = {
    "M03": (BEYOND, {"variables": 204, "advancedNetworking": 400}, "proxy"),
    "M12": (
        healthy(declaration=declared(variables=(*declared().variables[:1], TOO_LONG))),
        {"variables": 400, "advancedNetworking": 200},
        "auth",
    ),
    "M23": (healthy(declaration=SANDBOX, live=live(sandbox=True)), {"variables": 204, "advancedNetworking": 400}, "proxy"),
    "M24": (CASES["M24"]["flexible port egress"].mistake, {"variables": 204, "advancedNetworking": 400}, "proxy"),
    "M32": (healthy(declaration=SANDBOX, live=live(sandbox=True)), {"variables": 204, "advancedNetworking": 400}, "proxy"),
}
"""By id the mistake, the answers to the declared changes, and where the mail then stops."""


@dataclass
class CloudManager:
    """A simulator whose program 10001 has an infrastructure, and a client that makes what is declared."""

    running: Running
    http: httpx.Client

    def make(self, declaration: Declaration) -> dict[str, int]:
        """Ask for the declared variables and networking; return the statuses, and wait until all is over."""
        path = f"/api/program/{declaration.program_id}/environment/{declaration.environment_id}"
        variables = [{"name": one.key.name, "type": one.type, "value": one.value} for one in declaration.variables]
        rules = [{"name": rule.name, "portDest": rule.port_dest, "portOrig": rule.port_orig} for rule in declaration.port_forwards]
        networking = {"nonProxyHosts": list(declaration.non_proxy_hosts or ()), "portForwards": rules}
        return {"variables": self._change("PATCH", f"{path}/variables", variables)} | {
            "advancedNetworking": self._change("PUT", f"{path}/advancedNetworking", networking)
        }

    def stage(self, declaration: Declaration, directory: Path) -> str:
        """Send a mail from the project in a directory; return where it ended."""
        message = {"programId": declaration.program_id, "environmentId": declaration.environment_id, "tier": "author"}
        answer = self.http.post("/_sim/send", json={**message, "directory": str(directory)}).raise_for_status()
        return str(answer.json()["stage"])

    def _change(self, method: str, path: str, body: Any) -> int:
        status = self.http.request(method, path, json=body, headers=self.running.headers()).status_code
        self.http.post("/_sim/clock", json={"advance": 3600}).raise_for_status()
        return status


@pytest.fixture
def cloud_manager() -> Iterator[CloudManager]:
    with running_simulator(time_scale=0) as running, loopback.client(base_url=running.url, timeout=30) as http:
        state = running.state()
        state["programs"]["10001"]["infrastructures"] = [{"kind": "flexiblePortEgress", "region": "va7"}]
        http.put("/_sim/state", json=state).raise_for_status()
        yield CloudManager(running, http)


@pytest.mark.parametrize("id_", MISTAKES)
def test_what_cloud_manager_refuses_stops_the_mail(id_: str, cloud_manager: CloudManager, tmp_path: Path) -> None:
    mistake, answers, stage = MISTAKES[id_]
    cure = healthy(live=live())
    assert mistake.declaration is not None
    assert cure.declaration is not None

    assert CHECKS[id_].run(mistake.subject(tmp_path / "checked"))
    assert cloud_manager.make(mistake.declaration) == answers
    write(tmp_path / "mistake", mistake.files)
    assert cloud_manager.stage(mistake.declaration, tmp_path / "mistake") == stage

    assert CHECKS[id_].run(cure.subject(tmp_path / "cure")) == []
    assert cloud_manager.make(cure.declaration) == {"variables": 204, "advancedNetworking": 200}
    assert cloud_manager.stage(cure.declaration, tmp_path / "cure") == "done"
