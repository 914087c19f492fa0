from typing import Any

import pytest

from tests.simulator.direct import (
    ENVIRONMENT,
    INFRASTRUCTURES,
    MINUTE,
    NETWORKING,
    PROGRAM,
    RULE,
    SANDBOX,
    VARIABLES,
    Direct,
    invalid,
    missing,
    reason,
)


@pytest.fixture
def ready(direct: Direct) -> Direct:
    return direct.with_infrastructure()


def rules(direct: Direct, path: str = NETWORKING) -> Any:
    (configuration,) = direct.listed(path)
    return configuration["portForwards"]


def test_an_environment_without_networking_has_an_empty_list(direct: Direct) -> None:
    document = direct.get(NETWORKING)

    assert (document["_totalNumberOfItems"], document["_embedded"]) == (0, {"networkingConfigurations": []})


def test_a_put_answers_with_the_environment_updating_for_ten_minutes(ready: Direct) -> None:
    answer = ready.ask("PUT", NETWORKING, {"portForwards": [RULE]})

    assert (answer.status, answer.document["id"], answer.document["status"]) == (200, "20001", "updating")
    ready.wait(10 * MINUTE - 1)
    assert ready.status(ENVIRONMENT) == "updating"
    ready.wait(1)
    assert ready.status(ENVIRONMENT) == "ready"


def test_the_document_names_its_parents_and_its_infrastructure(ready: Direct) -> None:
    ready.with_networking(RULE)

    (configuration,) = ready.listed(NETWORKING)

    assert {key: value for key, value in configuration.items() if key != "_links"} == {
        "programId": "10001",
        "environmentId": "20001",
        "networkInfrastructureId": "30001",
        "nonProxyHosts": [],
        "portForwards": [RULE],
        "advancedNetworkingEnabled": True,
    }


@pytest.mark.parametrize("body", [None, {}, {"portForwards": [], "nonProxyHosts": []}])
def test_an_empty_put_enables_networking_without_rules(body: Any, ready: Direct) -> None:
    assert ready.ask("PUT", NETWORKING, body).status == 200

    assert rules(ready) == []


def test_a_put_replaces_the_whole_document(ready: Direct) -> None:
    ready.with_networking(RULE)
    other = {"name": "smtp.sendgrid.com", "portDest": 587, "portOrig": 30587}

    ready.ask("PUT", NETWORKING, {"nonProxyHosts": ["example.com"], "portForwards": [other]})
    ready.wait(10 * MINUTE)
    ready.ask("PUT", NETWORKING, {"portForwards": [other]})

    (configuration,) = ready.listed(NETWORKING)
    assert (configuration["portForwards"], configuration["nonProxyHosts"]) == ([other], [])


def test_a_delete_disables_networking_after_ten_minutes(ready: Direct) -> None:
    ready.with_networking(RULE)

    answer = ready.ask("DELETE", NETWORKING)

    assert (answer.status, answer.document["status"]) == (200, "updating")
    ready.wait(10 * MINUTE)
    assert (ready.status(ENVIRONMENT), ready.listed(NETWORKING)) == ("ready", [])


def test_a_delete_of_what_is_not_enabled_is_refused(ready: Direct) -> None:
    assert reason(ready.ask("DELETE", NETWORKING)) == "advanced networking is not enabled in environment 20001"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("PUT", NETWORKING, {}), ("DELETE", NETWORKING, None), ("PATCH", VARIABLES, [{"name": "AB", "value": "x"}])],
)
def test_a_second_change_is_refused_with_409(method: str, path: str, body: Any, ready: Direct) -> None:
    ready.ask("PUT", NETWORKING, {"portForwards": [RULE]})

    answer = ready.ask(method, path, body)

    assert (answer.status, answer.media_type) == (409, "application/problem+json")
    assert "environment 20001 is updating" in reason(answer)
    assert rules(ready) == [RULE]


def test_environments_change_independently(ready: Direct) -> None:
    ready.ask("PUT", NETWORKING, {})

    assert ready.ask("PUT", f"{PROGRAM}/environment/20002/advancedNetworking", {"portForwards": [RULE]}).status == 200


def test_a_put_needs_an_infrastructure(direct: Direct) -> None:
    answer = direct.ask("PUT", NETWORKING, {})

    assert (answer.status, reason(answer)) == (400, "program 10001 has no network infrastructure; create one first")


def test_a_put_while_the_infrastructure_is_being_created_is_a_conflict(direct: Direct) -> None:
    direct.ask("POST", INFRASTRUCTURES, {"kind": "flexiblePortEgress", "region": "va7"})

    assert direct.ask("PUT", NETWORKING, {}).status == 409


def test_a_put_on_a_failed_infrastructure_is_refused(direct: Direct) -> None:
    direct.arm(action="fail", path=INFRASTRUCTURES)
    direct.with_infrastructure()

    assert "is failed" in reason(direct.ask("PUT", NETWORKING, {}))


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_sandbox_program_has_no_networking(method: str, direct: Direct) -> None:
    answer = direct.ask(method, f"{SANDBOX}/environment/20004/advancedNetworking")

    assert (answer.status, direct.listed(f"{SANDBOX}/environment/20004/advancedNetworking")) == (400, [])
    assert "sandbox" in reason(answer)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"name": "SMTP.example.com"}, "name"),
        ({"name": "smtp_1.example.com"}, "name"),
        ({"name": "-smtp.example.com"}, "name"),
        ({"name": "smtp.example.com\n"}, "name"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"portOrig": 29999}, "portOrig"),
        ({"portOrig": 31000}, "portOrig"),
        ({"portOrig": "30465"}, "portOrig"),
        ({"portOrig": 30465.0}, "portOrig"),
        ({"portDest": 65536}, "portDest"),
        ({"portDest": 0}, "portDest"),
        ({"portDest": True}, "portDest"),
        ({"protocol": "tcp"}, "protocol"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_named(change: dict[str, Any], name: str, ready: Direct) -> None:
    answer = ready.ask("PUT", NETWORKING, {"portForwards": [RULE | change]})

    assert list(invalid(answer)) == [f"portForwards[0].{name}"]
    assert ready.listed(NETWORKING) == []


@pytest.mark.parametrize(
    "change", [{"name": "10.1.2.3"}, {"name": "localhost"}, {"portOrig": 30000}, {"portOrig": 30999}, {"portDest": 65535}]
)
def test_a_rule_at_the_limits_is_accepted(change: dict[str, Any], ready: Direct) -> None:
    assert ready.ask("PUT", NETWORKING, {"portForwards": [RULE | change]}).status == 200


@pytest.mark.parametrize("name", ["name", "portDest", "portOrig"])
def test_every_field_of_a_rule_is_required(name: str, ready: Direct) -> None:
    rule = {key: value for key, value in RULE.items() if key != name}

    assert missing(ready.ask("PUT", NETWORKING, {"portForwards": [rule]})) == [f"portForwards[0].{name}"]


def test_a_port_is_forwarded_once(ready: Direct) -> None:
    answer = ready.ask("PUT", NETWORKING, {"portForwards": [RULE, RULE | {"name": "other.example.com"}]})

    assert invalid(answer) == {"portForwards": "portOrig must be unique"}


def test_every_problem_is_named_at_once(ready: Direct) -> None:
    answer = ready.ask("PUT", NETWORKING, {"portForwards": [RULE | {"portOrig": 1, "x": 1}], "nonProxyHosts": ["a*b"], "kind": "vpn"})

    assert set(invalid(answer)) == {"portForwards[0].portOrig", "portForwards[0].x", "nonProxyHosts", "kind"}


@pytest.mark.parametrize("host", ["example.com", "*.example.com", "*example.com", "example.*", "10.0.0.1"])
def test_a_non_proxy_host_may_have_a_wildcard_at_either_end(host: str, ready: Direct) -> None:
    assert ready.ask("PUT", NETWORKING, {"nonProxyHosts": [host]}).status == 200


@pytest.mark.parametrize("host", ["", "*", "exa*mple.com", "https://example.com", "example.com:80", "a b"])
def test_another_non_proxy_host_is_refused(host: str, ready: Direct) -> None:
    assert list(invalid(ready.ask("PUT", NETWORKING, {"nonProxyHosts": [host]}))) == ["nonProxyHosts"]


def test_flexible_port_egress_takes_no_non_proxy_hosts(direct: Direct) -> None:
    direct.with_infrastructure("flexiblePortEgress")

    assert "flexible port egress" in invalid(direct.ask("PUT", NETWORKING, {"nonProxyHosts": ["example.com"]}))["nonProxyHosts"]
    assert direct.ask("PUT", NETWORKING, {"nonProxyHosts": []}).status == 200


def test_what_an_environment_already_holds_is_accepted_again_verbatim() -> None:
    quirky: dict[str, Any] = {
        "nonProxyHosts": ["exa*mple.com"],
        "portForwards": [{"name": "Old.Example.com", "portDest": 25, "portOrig": 31000}],
    }
    environment = {"type": "prod", "advancedNetworking": quirky}
    infrastructure = {"kind": "dedicatedEgressIp", "region": "va7"}
    seed = {"programs": {"10001": {"region": "va7", "infrastructures": [infrastructure], "environments": {"20001": environment}}}}
    direct = Direct(seed)

    assert direct.ask("PUT", NETWORKING, quirky | {"portForwards": [*quirky["portForwards"], RULE]}).status == 200
    assert rules(direct) == [*quirky["portForwards"], RULE]
