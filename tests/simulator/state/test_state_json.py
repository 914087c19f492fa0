import hashlib
import json
from typing import Any

import pytest
from hypothesis import given

from aem_mail.presets import presets
from aem_mail.simulator.api.problems import Problem
from aem_mail.simulator.world import SimulatedWorld
from tests.contract.vpn import vpn_connection, vpn_infrastructure
from tests.simulator.direct import INFRASTRUCTURES, MINUTE, NETWORKING, RULE, VARIABLES, Direct
from tests.simulator.seeds import seeds

PASSWORD = {"name": "EMAIL_PASSWORD", "type": "secretString", "value": "password123"}
FINGERPRINT = f"sha256:{hashlib.sha256(b'password123').hexdigest()}"


def world(seed: dict[str, Any] | None = None) -> SimulatedWorld:
    return SimulatedWorld.seeded(seed, time_scale=0, wall=lambda: 1000.0)


def program(**parts: Any) -> dict[str, Any]:
    return {"programs": {"1": {"region": "va7", **parts}}}


def environment(**parts: Any) -> dict[str, Any]:
    return program(environments={"2": {"type": "dev", **parts}})


@given(seeds())
def test_what_is_shown_is_taken_back_unchanged(seed: dict[str, Any]) -> None:
    first = world(seed)
    shown = json.loads(json.dumps(first.to_json()))

    first.replace(shown)
    assert first.to_json() == shown
    assert world(seed).to_json() == shown


@given(seeds())
def test_secrets_survive_being_shown_and_taken_back(seed: dict[str, Any]) -> None:
    first = world(seed)
    before = first.state

    first.replace(first.to_json())

    assert [held.value for held in first.held_secrets().values()] == [held.value for held in world(seed).held_secrets().values()]
    assert first.state.programs == before.programs


def test_the_default_seed_is_the_documented_one() -> None:
    shown = world().to_json()

    assert {id_: (each["region"], each["sandbox"], each["infrastructures"]) for id_, each in shown["programs"].items()} == {
        "10001": ("va7", False, []),
        "10002": ("va7", True, []),
    }
    kinds = {id_: each["type"] for each in shown["programs"].values() for id_, each in each["environments"].items()}
    assert kinds == {"20001": "dev", "20002": "stage", "20003": "prod", "20004": "dev"}
    servers = [(each["host"], each["port"], each["tls"]) for each in shown["smtp"]]
    known = {host: preset for preset in presets().values() for host in preset.hosts if "*" not in host}
    assert {host for host, _, _ in servers} == {*known, "smtp.example.com"}
    assert servers[:2] == [("smtp.example.com", 465, "implicit"), ("smtp.example.com", 587, "starttls")]
    assert all((port, tls) in known[host].ports.items() for host, port, tls in servers[2:])
    assert {json.dumps(each["users"]) for each in shown["smtp"]} == {json.dumps({"apikey": FINGERPRINT})}


def test_secrets_are_shown_as_fingerprints() -> None:
    shown = world(program(infrastructures=[vpn_infrastructure()], environments={"2": {"type": "dev", "variables": [PASSWORD]}})).to_json()

    (variable,) = shown["programs"]["1"]["environments"]["2"]["variables"]
    assert variable == {"name": "EMAIL_PASSWORD", "type": "secretString", "service": None, "fingerprint": FINGERPRINT}
    (connection,) = shown["programs"]["1"]["infrastructures"][0]["connections"]
    assert connection["sharedKey"] == f"sha256:{hashlib.sha256(b'psk-4711').hexdigest()}"


def test_a_secret_deleted_since_is_held_for_an_older_state() -> None:
    direct = Direct()
    direct.ask("PATCH", VARIABLES, [PASSWORD])
    older = direct.world.to_json()
    direct.wait(5 * MINUTE)
    direct.ask("PATCH", VARIABLES, [PASSWORD | {"value": ""}])

    direct.world.replace(older)

    assert direct.world.held_secrets()[FINGERPRINT].value == "password123"
    assert direct.world.to_json() == older


def test_a_change_in_progress_is_shown_as_if_it_were_over_and_is_over_when_taken_back() -> None:
    direct = Direct().with_infrastructure()
    direct.ask("PUT", NETWORKING, {"portForwards": [RULE]})
    shown = direct.world.to_json()
    shown_environment = shown["programs"]["10001"]["environments"]["20001"]
    assert (shown_environment["status"], shown_environment["advancedNetworking"]["portForwards"]) == ("ready", [RULE])

    direct.world.replace(shown)

    assert direct.ask("PUT", NETWORKING, {}).status == 200


def test_an_infrastructure_being_deleted_is_not_shown() -> None:
    direct = Direct().with_infrastructure()

    direct.ask("DELETE", f"{INFRASTRUCTURES[:-1]}/30001")

    assert direct.world.to_json()["programs"]["10001"]["infrastructures"] == []


def test_a_day_of_work_that_is_undone_leads_back_to_the_seed() -> None:
    direct = Direct()
    seed = direct.world.to_json()
    direct.with_infrastructure().with_networking(RULE)
    direct.ask("PATCH", VARIABLES, [PASSWORD])
    direct.wait(5 * MINUTE)
    for method, path, body in (
        ("PATCH", VARIABLES, [PASSWORD | {"value": ""}]),
        ("DELETE", NETWORKING, None),
        ("DELETE", f"{INFRASTRUCTURES[:-1]}/30001", None),
    ):
        assert direct.ask(method, path, body).status in {200, 204}
        direct.wait(15 * MINUTE)

    assert direct.world.to_json() | {"clock": seed["clock"]} == seed


def test_what_a_seed_leaves_out_is_filled_in() -> None:
    shown = world({"programs": {"1": {"region": "va7", "environments": {"2": {"type": "dev"}}}}}).to_json()

    assert shown["programs"]["1"]["environments"]["2"] == {
        "name": "Environment 2",
        "type": "dev",
        "region": "va7",
        "status": "ready",
        "advancedNetworking": None,
        "variables": [],
    }
    assert shown["smtp"] == world().to_json()["smtp"]


@pytest.mark.parametrize(
    ("seed", "name"),
    [
        ([], "body"),
        ({}, "programs"),
        ({"programs": [], "extra": 1}, "extra"),
        ({"programs": {}, "clock": -1}, "clock"),
        ({"programs": {"abc": {"region": "va7"}}}, "programs.abc"),
        ({"programs": {"1": {}}}, "programs.1.region"),
        ({"programs": {}, "profiles": ["Owner"]}, "profiles"),
        (program(infrastructures=[{"kind": "vpn", "region": "va7", "sharedKey": "x"}]), "programs.1.infrastructures[0].sharedKey"),
        (program(infrastructures=[{"kind": "vpn", "region": "va7"}, {"kind": "vpn", "region": "va7"}]), "programs.1.infrastructures"),
        (
            program(infrastructures=[{"kind": "vpn", "region": "a"}, {"kind": "dedicatedEgressIp", "region": "b"}]),
            "programs.1.infrastructures",
        ),
        (program(infrastructures=[{"kind": "vpn", "region": "a", "created": "yesterday"}]), "programs.1.infrastructures[0].created"),
        (
            program(infrastructures=[vpn_infrastructure(connections=[vpn_connection(gateway=1)])]),
            "programs.1.infrastructures[0].connections[0].gateway",
        ),
        (environment(type="test"), "programs.1.environments.2.type"),
        (environment(status="busy"), "programs.1.environments.2.status"),
        (environment(advancedNetworking={"_links": {}}), "programs.1.environments.2.advancedNetworking._links"),
        (
            environment(advancedNetworking={"portForwards": [{"portOrig": 1}]}),
            "programs.1.environments.2.advancedNetworking.portForwards[0].name",
        ),
        (environment(variables=[PASSWORD, PASSWORD]), "programs.1.environments.2.variables"),
        (environment(variables=[{"name": "AB"}]), "programs.1.environments.2.variables[0].value"),
        (
            environment(variables=[{"name": "AB", "type": "secretString", "fingerprint": "md5:1"}]),
            "programs.1.environments.2.variables[0].fingerprint",
        ),
        ({"programs": {each: {"region": "va7", "environments": {"2": {"type": "dev"}}} for each in "13"}}, "programs.3.environments"),
        ({"programs": {}, "smtp": [{"host": "a", "port": 25, "tls": "maybe"}]}, "smtp[0].tls"),
        ({"programs": {}, "smtp": [{"host": "a", "port": 25, "tls": "none", "users": {"u": f"sha256:{'0' * 64}"}}]}, "smtp[0].users.u"),
    ],
)
def test_a_seed_that_cannot_be_is_refused_and_changes_nothing(seed: Any, name: str) -> None:
    before = world()
    shown = before.to_json()

    with pytest.raises(Problem) as refused:
        before.replace(seed)

    named = [each.name for each in refused.value.invalid] + [each.name for each in refused.value.missing]
    assert (refused.value.status, name in named) == (400, True), named
    assert before.to_json() == shown


def test_every_problem_of_a_seed_is_named_at_once() -> None:
    with pytest.raises(Problem) as refused:
        world().replace({"clock": "now", "programs": {"1": {"region": 1, "environments": {"x": {"type": "y"}}}}})

    assert [each.name for each in refused.value.invalid] == [
        "clock",
        "programs.1.region",
        "programs.1.environments.x",
        "programs.1.environments.x.type",
    ]
