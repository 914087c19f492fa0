"""An environment of the simulator from which mail arrives, an AEM project, and a stand-in of Pulumi."""

from pathlib import Path
from typing import Final

import pytest

from aem_mail.simulator.server import Running
from tests import loopback
from tests.checks.situations import MAIL_FILE, mail_file, write
from tests.cli.pulumi_stand_in import PulumiStandIn, install

RULE: Final = {"name": "smtp.sendgrid.com", "portDest": 465, "portOrig": 30465}
VARIABLES: Final = [{"name": name, "type": "secretString", "value": "password123"} for name in ("EMAIL_USERNAME", "EMAIL_PASSWORD")]
CREDENTIALS: Final = ("BASE_URL", "IMS_URL", "ORG_ID", "CLIENT_ID", "CLIENT_SECRET", "ACCESS_TOKEN")


@pytest.fixture
def simulator(fresh_simulator: Running) -> Running:
    state = fresh_simulator.state()
    program = state["programs"]["10001"]
    program["infrastructures"] = [{"id": "30001", "kind": "flexiblePortEgress", "region": "va7", "status": "ready"}]
    program["environments"]["20001"] |= {"advancedNetworking": {"nonProxyHosts": [], "portForwards": [RULE]}, "variables": VARIABLES}
    loopback.put(f"{fresh_simulator.url}/_sim/state", json=state).raise_for_status()
    return fresh_simulator


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiStandIn:
    for name in CREDENTIALS:
        monkeypatch.delenv(f"CLOUDMANAGER_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    return install(tmp_path / "bin", monkeypatch)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "osgi", {MAIL_FILE: mail_file()})
    return tmp_path / "osgi"
