"""Environments of one stack, held against each other."""

import json
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cli.main import main
from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.simulator.server import Running
from tests import loopback
from tests.checks.situations import mail_file
from tests.cli.pulumi_stand_in import PulumiStandIn


def resources(environment_id: str, password: str, host: str) -> list[dict[str, Any]]:
    place = {"program_id": "10001", "environment_id": environment_id}
    declared = [
        ("AdvancedNetworking", place),
        ("PortForward", {**place, "name": host, "port_dest": 465, "port_orig": 30465}),
        ("SecretEnvVar", {**place, "name": "EMAIL_USERNAME", "value_from": "env:EMAIL_USERNAME"}),
        ("SecretEnvVar", {**place, "name": "EMAIL_PASSWORD", "value_from": password}),
        ("OsgiConfig", {"directory": "osgi", "pid": MAIL_SERVICE_PID, "properties": json.loads(mail_file())}),
    ]
    return [{"type": f"pulumi-python:dynamic/aem:{kind}", "urn": kind, "inputs": inputs} for kind, inputs in declared]


@pytest.mark.parametrize(
    ("login", "severities"),
    [
        (("env:EMAIL_PASSWORD", "smtp.example.com"), ["warning"]),
        (("env:DEV_PASSWORD", "smtp.example.com"), []),
        (("env:EMAIL_PASSWORD", "mailpit.example.com"), []),
    ],
)
def test_a_dev_that_logs_in_as_prod_does_is_told(
    login: tuple[str, str], severities: list[str], pulumi: PulumiStandIn, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    state = simulator.state()
    state["programs"]["10001"]["environments"]["20001"]["advancedNetworking"]["portForwards"][0]["name"] = login[1]
    loopback.put(f"{simulator.url}/_sim/state", json=state).raise_for_status()
    both = [*resources("20001", *login), *resources("20003", "env:EMAIL_PASSWORD", "smtp.example.com")]
    pulumi.answers("config", stdout="{}")
    pulumi.answers("stack", stdout=json.dumps({"version": 3, "deployment": {"resources": both}}))

    main(["check", "--output", "json"])

    dev, prod = json.loads(capsys.readouterr().out)["environments"]
    found = {one["environmentId"]: [finding for finding in one["findings"] if finding["id"] == "M27"] for one in (dev, prod)}
    assert sorted({finding["severity"] for finding in found["20001"]}) == severities
    assert all("Mailpit" in finding["fix"] for finding in found["20001"])
    assert found["20003"] == []


def test_where_prod_is_not_checked_too_that_is_said(pulumi: PulumiStandIn, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi.answers("config", stdout="{}")
    pulumi.answers("stack", stdout=json.dumps({"version": 3, "deployment": {"resources": resources("20001", "env:P", "smtp.example.com")}}))

    main(["check", "--offline", "--output", "json"])

    (dev,) = json.loads(capsys.readouterr().out)["environments"]
    assert {"id": "M27", "lacks": "the program's production environment, checked with it"} in dev["notRun"]
