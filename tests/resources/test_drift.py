"""What others change is seen by the next read and fixed by the next up; what they delete is gone only if that is proven."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from aem_mail.errors import NotFound, NotPermitted, ServerError
from tests.rollout.harness import FOREIGN_VARIABLE, Bench

from .engine import Engine, Program
from .programs import VPN, infrastructure, networking, rule, secret, variable
from .programs import variables as set_of_variables

ALL: Program = {"net": networking(), "smtp": rule(), "from": variable(), "password": secret()}
OTHER_RULE = {"name": "other.example.com", "portDest": 587, "portOrig": 30465}
RULE = {"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}


def variables(**values: str) -> list[dict[str, Any]]:
    return [FOREIGN_VARIABLE, *({"name": name, "type": "string", "value": value} for name, value in values.items())]


def enabled(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"nonProxyHosts": [], "portForwards": list(rules)}


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("edit", "gone", "changed"),
    [
        ({"advancedNetworking": None}, {"net", "smtp"}, {}),
        ({"advancedNetworking": enabled()}, {"smtp"}, {}),
        ({"advancedNetworking": enabled(OTHER_RULE)}, set(), {("smtp", "name"): "other.example.com", ("smtp", "port_dest"): 587}),
        ({"variables": variables()}, {"from", "password"}, {}),
        ({"variables": variables(MAIL_FROM="other@wknd.site")}, {"password"}, {("from", "value"): "other@wknd.site"}),
        ({"variables": variables(MAIL_FROM="noreply@wknd.site", EMAIL_PASSWORD="x")}, set(), {("password", "type"): "string"}),
        (
            {"variables": [{"name": "MAIL_FROM", "type": "string", "value": "noreply@wknd.site", "status": "deleted"}]},
            {"from", "password"},
            {},
        ),
    ],
)
def test_a_change_by_others_is_read_and_fixed(
    bench: Bench, engine: Engine, edit: dict[str, Any], gone: set[str], changed: dict[tuple[str, str], Any]
) -> None:
    engine.up(ALL)
    bench.edit(**edit)

    assert engine.refresh().errors == {}
    assert set(ALL) - set(engine.state) == gone
    assert {key: engine.outputs(key[0])[key[1]] for key in changed} == changed

    assert engine.up(ALL).errors == {}
    bench.forget()
    assert engine.refresh().up(ALL).errors == {}
    assert bench.mutations() == []
    assert bench.rules() == [RULE]
    assert bench.live_variables()["EMAIL_PASSWORD"]["type"] == "secretString"


@pytest.mark.parametrize("rules", [(RULE, OTHER_RULE), (OTHER_RULE, RULE)])
def test_a_second_rule_on_its_port_is_read_without_picking_one_and_nothing_acts_on_it(
    bench: Bench, engine: Engine, rules: tuple[dict[str, Any], ...]
) -> None:
    program = {"net": networking(), "smtp": rule()}
    bench.edit(advancedNetworking=enabled())
    assert engine.up(program).errors == {}
    bench.edit(advancedNetworking=enabled(*rules))
    bench.forget()

    assert engine.refresh().errors == {}
    assert engine.outputs("smtp")["name"] == "smtp.example.com"
    assert engine.outputs("smtp")["rules_on_port"] == ["30465 → other.example.com:587", "30465 → smtp.example.com:465"]
    for change in (program, {**program, "smtp": rule(name="new.example.com")}, {"net": networking()}):
        (error,) = engine.up(change).errors.values()
        assert "30465 → other.example.com:587 and 30465 → smtp.example.com:465" in str(error)
    assert bench.mutations() == []
    assert bench.rules() == list(rules)

    bench.edit(advancedNetworking=enabled(RULE))
    assert engine.up(program).errors == {}
    assert "rules_on_port" not in engine.outputs("smtp")


def test_hosts_that_others_changed_are_drift_where_they_are_declared(shared: Bench, engine: Engine, said: list[str]) -> None:
    program = {"net": networking(non_proxy_hosts=["*.foreign.example", "a.example"])}
    engine.up(program)
    shared.edit(advancedNetworking={"nonProxyHosts": ["a.example"], "portForwards": []})

    engine.refresh()
    assert engine.outputs("net")["non_proxy_hosts"] == ["a.example"]

    assert engine.up(program).errors == {}
    assert set(shared.environment()["advancedNetworking"]["nonProxyHosts"]) == {"*.foreign.example", "a.example"}


def test_a_vpn_that_others_changed_is_drift_and_its_key_is_not(connect: Callable[..., Bench], engine: Engine) -> None:
    bench = connect(kind=None)
    program = {"infra": infrastructure("vpn", **VPN)}
    engine.up(program)
    there = bench.simulator.state()["programs"]["10001"]["infrastructures"]
    there[0]["connections"][0]["gateway"]["address"] = "203.0.113.99"
    bench.edit_program(infrastructures=there)
    bench.forget()

    engine.refresh()
    assert engine.outputs("infra")["connections"][0]["gateway"]["address"] == "203.0.113.99"
    assert engine.up(program).errors == {}
    assert bench.mutations() == ["PUT 30001"]

    bench.forget()
    assert engine.refresh().up(program).errors == {}
    assert bench.mutations() == []


@pytest.mark.parametrize(("status", "error"), [(403, NotPermitted), (404, NotFound), (500, ServerError)])
def test_a_doubtful_answer_is_an_error_and_the_state_is_kept(bench: Bench, engine: Engine, status: int, error: type[Exception]) -> None:
    engine.up(ALL)
    before = dict(engine.state)
    bench.fault(method="GET", path="/api/program/10001/environment/*", status=status)

    engine.refresh()

    assert set(engine.errors) == set(ALL)
    assert all(isinstance(one, error) for one in engine.errors.values())
    assert engine.state == before


def test_an_environment_that_is_gone_takes_its_resources_along(bench: Bench, engine: Engine) -> None:
    engine.up(ALL)
    environments = bench.simulator.state()["programs"]["10001"]["environments"]
    bench.edit_program(environments={id_: one for id_, one in environments.items() if id_ != "20001"})
    bench.forget()

    assert engine.refresh().errors == {}

    assert engine.state == {}
    assert bench.mutations() == []


REFERENCE = "AEM_MAIL_TEST_REFERENCE"
REFERRED: Mapping[str, Program] = {
    "a secret": {"pw": secret("EMAIL_PASSWORD", None, value_from=f"env:{REFERENCE}")},
    "one of a set": {"pw": set_of_variables(values={"MAIL_NOTE": "x"}, secrets_from={"EMAIL_PASSWORD": f"env:{REFERENCE}"})},
}


@pytest.mark.parametrize("program", REFERRED.values(), ids=REFERRED)
def test_a_secret_that_is_gone_and_cannot_be_read_here_keeps_its_record(
    program: Program, bench: Bench, engine: Engine, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    monkeypatch.setenv(REFERENCE, "referenced battery")
    engine.up(program)
    bench.edit(variables=[])
    monkeypatch.delenv(REFERENCE)

    engine.refresh().up(program)

    assert "AEM_MAIL_TEST_REFERENCE is not set" in str(engine.errors["pw"])
    assert "pw" in engine.state

    monkeypatch.setenv(REFERENCE, "referenced battery")
    assert engine.up(program).errors == {}
    assert "EMAIL_PASSWORD" in bench.live_variables()
    bench.forget()
    assert engine.up(program).errors == {}
    assert bench.mutations() == []
