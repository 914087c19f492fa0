from typing import Any

import pytest

from aem_mail.simulator.api.problems import Problem
from aem_mail.simulator.control.faults import fault_from_json
from tests.simulator.direct import ENVIRONMENT, INFRASTRUCTURES, MINUTE, NETWORKING, RULE, VARIABLES, Direct, reason

OTHER_RULE = {"name": "other.example.com", "portDest": 25, "portOrig": 30025}
CHANGE = [{"name": "AB", "value": "x"}]


def statuses(direct: Direct, times: int, path: str = "/api/programs") -> list[int | None]:
    return [direct.ask("GET", path).status for _ in range(times)]


def test_a_status_is_answered_instead_and_nothing_is_applied(direct: Direct) -> None:
    direct.arm(method="PATCH", status=503, headers={"Retry-After": "2"}, times=1)

    answer = direct.ask("PATCH", VARIABLES, CHANGE)

    assert (answer.status, answer.headers["Retry-After"], answer.document["title"]) == (503, "2", "Simulated fault")
    assert (direct.listed(VARIABLES), direct.world.journal.entries()[0].applied) == ([], False)


def first_outcome(direct: Direct) -> tuple[int | None, bool]:
    entry = direct.world.journal.entries()[0]
    return entry.status, entry.applied


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({}, [500, 500, 500, 500]),
        ({"times": 2}, [500, 500, 200, 200]),
        ({"nth": 2}, [200, 500, 200, 200]),
        ({"nth": 2, "times": 2}, [200, 500, 500, 200]),
        ({"nth": 3, "times": None}, [200, 200, 500, 500]),
        ({"method": "PUT"}, [200, 200, 200, 200]),
        ({"method": "GET", "path": "/api/program*"}, [500, 500, 500, 500]),
        ({"path": "/api/program/*"}, [200, 200, 200, 200]),
    ],
)
def test_a_fault_happens_to_the_requests_it_names(fault: dict[str, Any], expected: list[int], direct: Direct) -> None:
    direct.arm(status=500, **fault)

    assert statuses(direct, 4) == expected


def test_requests_that_a_fault_does_not_concern_are_not_counted(direct: Direct) -> None:
    direct.arm(status=500, path=ENVIRONMENT, nth=2)

    assert statuses(direct, 2) == [200, 200]
    assert statuses(direct, 2, ENVIRONMENT) == [200, 500]


def test_probability_is_repeatable_by_its_seed(direct: Direct) -> None:
    direct.arm(status=500, probability=0.5, seed=7)
    first = statuses(direct, 40)
    direct.world.faults.clear()
    direct.arm(status=500, probability=0.5, seed=7)

    assert statuses(direct, 40) == first
    assert {200, 500} == set(first)


def test_an_answer_dropped_before_leaves_no_trace_but_the_journal(direct: Direct) -> None:
    direct.arm(method="PATCH", drop="before")

    assert direct.ask("PATCH", VARIABLES, CHANGE).status is None
    assert direct.listed(VARIABLES) == []
    assert first_outcome(direct) == (None, False)


def test_an_answer_dropped_after_was_applied(direct: Direct) -> None:
    direct.arm(method="PATCH", drop="after")

    assert direct.ask("PATCH", VARIABLES, CHANGE).status is None
    assert [each["name"] for each in direct.listed(VARIABLES)] == ["AB"]
    assert first_outcome(direct) == (None, True)


def test_a_gateway_may_give_up_on_what_was_applied(direct: Direct) -> None:
    direct.arm(method="PATCH", drop="after", status=504)

    assert direct.ask("PATCH", VARIABLES, CHANGE).status == 504
    assert [each["name"] for each in direct.listed(VARIABLES)] == ["AB"]


def test_headers_alone_are_added_to_the_real_answer(direct: Direct) -> None:
    direct.arm(headers={"x-slow-down": "1"})

    answer = direct.ask("GET", "/api/programs")

    assert (answer.status, answer.headers["x-slow-down"]) == (200, "1")


def test_a_second_writer_makes_the_next_put_a_conflict(direct: Direct) -> None:
    direct.with_infrastructure().with_networking(RULE)
    direct.arm(action="second-writer", path=NETWORKING, portForwards=[OTHER_RULE])
    assert direct.status(ENVIRONMENT) == "ready"

    answer = direct.ask("PUT", NETWORKING, {"portForwards": [RULE]})

    assert (answer.status, direct.status(ENVIRONMENT)) == (409, "updating")
    assert direct.listed(NETWORKING)[0]["portForwards"] == [OTHER_RULE]
    direct.wait(10 * MINUTE)
    assert direct.ask("PUT", NETWORKING, {"portForwards": [RULE, OTHER_RULE]}).status == 200


def test_a_silent_second_writer_is_overwritten(direct: Direct) -> None:
    direct.with_infrastructure().with_networking(RULE)
    direct.arm(action="second-writer", path=NETWORKING, portForwards=[OTHER_RULE], silent=True)

    assert direct.ask("PUT", NETWORKING, {"portForwards": [RULE]}).status == 200
    assert direct.listed(NETWORKING)[0]["portForwards"] == [RULE]


def test_a_second_writer_keeps_the_hosts_it_finds(direct: Direct) -> None:
    direct.with_infrastructure()
    direct.ask("PUT", NETWORKING, {"nonProxyHosts": ["example.com"]})
    direct.wait(10 * MINUTE)
    direct.arm(action="second-writer", path=NETWORKING, portForwards=[OTHER_RULE])

    direct.ask("PUT", NETWORKING, {})

    assert direct.listed(NETWORKING)[0]["nonProxyHosts"] == ["example.com"]


def test_a_second_writer_waits_until_its_change_would_be_accepted(direct: Direct) -> None:
    direct.arm(action="second-writer", path=NETWORKING, portForwards=[OTHER_RULE])

    assert reason(direct.ask("PUT", NETWORKING, {})) == "program 10001 has no network infrastructure; create one first"
    direct.with_infrastructure()
    assert direct.ask("PUT", NETWORKING, {}).status == 409


def test_a_failing_change_of_networking_leaves_the_rules_before_it(direct: Direct) -> None:
    direct.with_infrastructure().with_networking(RULE)
    direct.arm(action="fail", path=NETWORKING)

    assert direct.ask("PUT", NETWORKING, {"portForwards": [OTHER_RULE]}).document["status"] == "updating"
    direct.wait(10 * MINUTE)

    assert direct.status(ENVIRONMENT) == "failed"
    assert direct.listed(NETWORKING)[0]["portForwards"] == [RULE]
    direct.with_networking(OTHER_RULE)
    assert direct.status(ENVIRONMENT) == "ready"


def test_a_failing_change_of_variables_leaves_them_failed(direct: Direct) -> None:
    direct.arm(action="fail", path=VARIABLES)

    direct.ask("PATCH", VARIABLES, CHANGE)
    direct.wait(5 * MINUTE)

    assert [each["status"] for each in direct.listed(VARIABLES)] == ["failed"]


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ({"status": 200}, "status"),
        ({"nth": 0}, "nth"),
        ({"times": 0}, "times"),
        ({"probability": 2}, "probability"),
        ({"latency": -1}, "latency"),
        ({"latency": float("nan")}, "latency"),
        ({"drop": "during"}, "drop"),
        ({"method": "get"}, "method"),
        ({"headers": {"a": "b\r\nc"}}, "headers.a"),
        ({"headers": {"a b": "c"}}, "headers"),
        ({"action": "explode"}, "action"),
        ({"action": "second-writer", "portForwards": [{}]}, "portForwards[0].name"),
        ({"action": "second-writer"}, "portForwards"),
        ({"action": "second-writer", "portForwards": [], "status": 500}, "status"),
        ({"nht": 2}, "nht"),
        ([], "body"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_and_named(fault: Any, name: str) -> None:
    with pytest.raises(Problem) as refused:
        fault_from_json(fault)

    named = [each.name for each in refused.value.invalid] + [each.name for each in refused.value.missing]
    assert (refused.value.status, name in named) == (400, True)


@pytest.mark.parametrize(
    "fault",
    [
        {"path": INFRASTRUCTURES, "status": 429, "headers": {"Retry-After": "1"}, "latency": 0.5},
        {"action": "second-writer", "path": NETWORKING, "portForwards": [RULE], "nonProxyHosts": ["a.b"], "silent": True},
        {"action": "fail", "path": INFRASTRUCTURES},
    ],
)
def test_a_fault_is_shown_as_it_is_taken(fault: dict[str, Any]) -> None:
    assert fault_from_json(fault_from_json(fault).to_json()) == fault_from_json(fault)
