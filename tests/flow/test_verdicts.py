"""One situation of docs/verdicts.md for each command, on the real engine."""

from typing import Any, Final

import pytest

from aem_mail.osgi import MAIL_SERVICE_PID
from tests.checks.situations import mail_file, write
from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress
from tests.flow.stack import Stack
from tests.verdicts.situations import FOREIGN
from tests.verdicts.table import Cell, cells
from tests.verdicts.test_verdicts import plain

pytestmark = pytest.mark.flow

SAID: Final = {(cell.situation, cell.command): cell for cell in cells()}
HELD: Final = "the port is held by another rule, before the first `pulumi up`"


def assert_said(cell: Cell, code: int, output: str) -> None:
    assert (code, plain(cell.words) in plain(output)) == (cell.code, True), output
    assert [id_ for id_ in cell.ids if f"{id_} error" not in output] == []


def test_a_rule_that_is_gone_fails_check_and_drift(stack: Stack, simulator: Simulator) -> None:
    stack.program(mail_egress("flexiblePortEgress")).up()
    simulator.edit(lambda state: _environment(state)["advancedNetworking"]["portForwards"].clear())

    for command in ("check", "drift"):
        done = stack.aem_mail(command)
        assert_said(SAID["the rule is gone", command], done.code, done.output)
    assert stack.preview().code == SAID["the rule is gone", "preview"].code


def test_a_port_that_another_rule_holds_is_refused_by_plan_and_up_and_found_by_check_afterwards(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(_hold_the_port)
    stack.program(mail_egress("flexiblePortEgress"))

    planned = stack.aem_mail("plan")
    refused = stack.up(code=1)
    checked = stack.aem_mail("check")

    assert_said(SAID[HELD, "plan"], planned.code, planned.output)
    assert_said(SAID[HELD, "up"], refused.code, refused.output)
    assert_said(SAID["a `pulumi up` was refused half-way, for that rule", "check"], checked.code, checked.output)


def test_files_in_two_places_stop_the_preview(stack: Stack) -> None:
    files = {f"{folder}/{MAIL_SERVICE_PID}.cfg.json": mail_file(smtp_port="30587") for folder in ("config.author", "config.dev")}
    write(stack.folder / "osgiconfig", files)

    refused = stack.program(mail_egress("flexiblePortEgress")).preview(code=1)

    assert_said(SAID["OSGi files in two places", "preview"], refused.code, refused.output)


def _environment(state: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = state["programs"]["10001"]["environments"]["20001"]
    return found


def _hold_the_port(state: dict[str, Any]) -> None:
    state["programs"]["10001"]["infrastructures"] = [{"id": "30001", "kind": "flexiblePortEgress", "region": "va7"}]
    _environment(state)["advancedNetworking"] = {"nonProxyHosts": [], "portForwards": [FOREIGN]}
