from itertools import product
from typing import Any

import pytest

from aem_mail.kinds.environment_variable import SET_BY_AEM
from tests.simulator.direct import ENVIRONMENT, MINUTE, SANDBOX, VARIABLES, Direct, invalid, missing

PASSWORD = {"name": "EMAIL_PASSWORD", "type": "secretString", "value": "password123"}
USERNAME = {"name": "EMAIL_USERNAME", "value": "apikey", "service": "author"}


def patch(direct: Direct, *variables: Any) -> None:
    answer = direct.ask("PATCH", VARIABLES, list(variables))
    assert answer.status == 204, answer
    direct.wait(5 * MINUTE)


def statuses(direct: Direct) -> dict[str, str]:
    return {each["name"]: each["status"] for each in direct.listed(VARIABLES)}


def test_a_patch_sets_variables_and_answers_204_without_a_body(direct: Direct) -> None:
    answer = direct.ask("PATCH", VARIABLES, [PASSWORD, USERNAME])

    assert (answer.status, answer.document) == (204, None)
    direct.wait(5 * MINUTE)
    assert direct.listed(VARIABLES) == [
        {"name": "EMAIL_PASSWORD", "type": "secretString", "status": "ready"},
        {"name": "EMAIL_USERNAME", "type": "string", "status": "ready", "value": "apikey", "service": "author"},
    ]


def test_the_environment_is_updating_for_five_minutes(direct: Direct) -> None:
    direct.ask("PATCH", VARIABLES, [USERNAME])

    assert direct.status(ENVIRONMENT) == "updating"
    direct.wait(5 * MINUTE - 1)
    assert direct.status(ENVIRONMENT) == "updating"
    direct.wait(1)
    assert direct.status(ENVIRONMENT) == "ready"


def test_variables_tell_what_is_happening_to_them(direct: Direct) -> None:
    patch(direct, {"name": "OLD", "value": "1"}, {"name": "CHANGED", "value": "1"}, {"name": "KEPT", "value": "1"})

    direct.ask("PATCH", VARIABLES, [{"name": "OLD", "value": ""}, {"name": "CHANGED", "value": "2"}, {"name": "NEW", "value": "1"}])

    assert statuses(direct) == {"OLD": "deleting", "CHANGED": "updating", "KEPT": "ready", "NEW": "creating"}
    direct.wait(5 * MINUTE)
    assert statuses(direct) == {"CHANGED": "ready", "KEPT": "ready", "NEW": "ready"}


def test_variables_left_out_stay_as_they_are(direct: Direct) -> None:
    patch(direct, PASSWORD)
    patch(direct, USERNAME)

    assert statuses(direct) == {"EMAIL_PASSWORD": "ready", "EMAIL_USERNAME": "ready"}


def test_an_empty_value_and_the_own_type_delete(direct: Direct) -> None:
    patch(direct, PASSWORD, USERNAME)

    patch(direct, PASSWORD | {"value": ""}, USERNAME | {"value": ""})

    assert direct.listed(VARIABLES) == []


def test_a_secret_is_not_deleted_without_its_type(direct: Direct) -> None:
    patch(direct, PASSWORD)

    answer = direct.ask("PATCH", VARIABLES, [{"name": "EMAIL_PASSWORD", "value": ""}])

    assert list(invalid(answer)) == ["[0].type"]
    assert statuses(direct) == {"EMAIL_PASSWORD": "ready"}


@pytest.mark.parametrize("value", ["x", ""])
def test_the_type_of_a_variable_does_not_change(value: str, direct: Direct) -> None:
    patch(direct, {"name": "AB", "value": "plain"})

    answer = direct.ask("PATCH", VARIABLES, [{"name": "AB", "value": value, "type": "secretString"}])

    assert invalid(answer) == {"[0].type": "AB is a string; to change its type, delete it and create it again"}


def test_deleting_what_is_not_there_is_accepted(direct: Direct) -> None:
    patch(direct, {"name": "AB", "value": ""})

    assert direct.listed(VARIABLES) == []


def test_a_variable_is_told_apart_by_its_service(direct: Direct) -> None:
    patch(
        direct,
        {"name": "AB", "value": "1"},
        {"name": "AB", "value": "2", "service": "author"},
        {"name": "AB", "value": "3", "service": "publish"},
    )

    patch(direct, {"name": "AB", "value": "", "service": "author"})

    assert [(each.get("service"), each["value"]) for each in direct.listed(VARIABLES)] == [(None, "1"), ("publish", "3")]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"name": "1ST"}, "name"),
        ({"name": "A"}, "name"),
        ({"name": "A" * 101}, "name"),
        ({"name": "A-B"}, "name"),
        ({"name": "AB\n"}, "name"),
        ({"name": "AEM_PROXY_HOST"}, "name"),
        ({"name": "AEM_HTTP_PROXY_PORT"}, "name"),
        ({"name": "AEM_HTTPS_PROXY_PORT"}, "name"),
        ({"value": "x" * 2049}, "value"),
        ({"value": "x" * 2049, "type": "secretString"}, "value"),
        ({"value": 7}, "value"),
        ({"value": None}, "value"),
        ({"type": "secret"}, "type"),
        ({"service": "Author"}, "service"),
        ({"service": ""}, "service"),
        ({"service": None}, "service"),
        ({"status": "ready"}, "status"),
    ],
)
def test_a_variable_that_cannot_be_is_refused_and_named(change: dict[str, Any], name: str, direct: Direct) -> None:
    answer = direct.ask("PATCH", VARIABLES, [{"name": "AB", "value": "x"} | change])

    assert list(invalid(answer)) == [f"[0].{name}"]
    assert direct.status(ENVIRONMENT) == "ready"


@pytest.mark.parametrize(
    "change", [{"name": "A" * 100}, {"value": "x" * 2048}, {"value": "x" * 2048, "type": "secretString"}, {"service": "preview"}]
)
def test_a_variable_at_the_limits_is_accepted(change: dict[str, Any], direct: Direct) -> None:
    patch(direct, {"name": "AB", "value": "x"} | change)


def test_name_and_value_are_required(direct: Direct) -> None:
    assert missing(direct.ask("PATCH", VARIABLES, [{}])) == ["[0].name", "[0].value"]


def test_a_refusal_never_repeats_a_value(direct: Direct) -> None:
    answer = direct.ask("PATCH", VARIABLES, [PASSWORD | {"value": "password123" * 200, "service": "all"}])

    assert set(invalid(answer)) == {"[0].value", "[0].service"}
    assert "password123" not in str(answer)


def test_a_variable_is_there_once_in_a_patch(direct: Direct) -> None:
    assert list(invalid(direct.ask("PATCH", VARIABLES, [USERNAME, USERNAME]))) == ["[1].name"]


@pytest.mark.parametrize("body", [{}, "x", None])
def test_the_body_is_a_list(body: Any, direct: Direct) -> None:
    assert direct.ask("PATCH", VARIABLES, body).status == 400


def test_an_environment_has_at_most_400_variables(direct: Direct) -> None:
    patch(direct, *({"name": f"V_{number}", "value": "x"} for number in range(400)))

    assert list(invalid(direct.ask("PATCH", VARIABLES, [{"name": "ONE_MORE", "value": "x"}]))) == ["variables"]
    patch(direct, {"name": "V_0", "value": ""}, {"name": "ONE_MORE", "value": "x"})


@pytest.mark.parametrize("name", ["INTERNAL_X", "ADOBE_X", "CONST_X"])
def test_a_variable_of_the_platform_is_accepted_and_ignored(name: str, direct: Direct) -> None:
    patch(direct, {"name": name, "value": "x"})

    assert direct.listed(VARIABLES) == []


def test_a_patch_without_effect_updates_the_environment_all_the_same(direct: Direct) -> None:
    patch(direct, USERNAME)

    direct.ask("PATCH", VARIABLES, [USERNAME])

    assert direct.status(ENVIRONMENT) == "updating"


def test_variables_work_in_a_sandbox_program(direct: Direct) -> None:
    assert direct.ask("PATCH", f"{SANDBOX}/environment/20004/variables", [USERNAME]).status == 204


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        *((status, 409) for status in ("creating", "updating", "deleting", "restoring", "resetting", "hibernated")),
        *((status, 204) for status in ("failed", "degraded", "deploy_failed")),
    ],
)
def test_an_environment_takes_a_change_only_while_it_runs(status: str, answer: int) -> None:
    direct = Direct({"programs": {"10001": {"region": "va7", "environments": {"20001": {"type": "dev", "status": status}}}}})

    assert direct.ask("PATCH", VARIABLES, [USERNAME]).status == answer
    direct.wait(5 * MINUTE)
    assert direct.status(ENVIRONMENT) == (status if answer == 409 else "ready")


@pytest.mark.parametrize(("length", "is_doubtful"), [(499, False), (500, True), (2048, True)])
def test_a_secret_between_the_two_limits_of_the_specification_is_named_in_the_journal(
    length: int, is_doubtful: bool, direct: Direct
) -> None:
    patch(direct, {**PASSWORD, "value": "x" * length})

    (entry,) = [one.to_json() for one in direct.world.journal.entries() if one.method == "PATCH"]
    doubts = [f"EMAIL_PASSWORD has {length} characters: the specification's text says fewer than 500, its schema 2048"]
    assert entry.get("doubts", []) == (doubts if is_doubtful else [])


@pytest.mark.parametrize("scheme", ["", "HTTP_", "HTTPS_"])
def test_the_names_that_aem_sets_itself_are_those_that_the_package_refuses(direct: Direct, scheme: str) -> None:
    for what, end in product(("PROXY", "NON_PROXY", "EXTERNALIZER"), ("HOST", "HOSTS", "PORT", "USER")):
        name = f"AEM_{scheme}{what}_{end}"
        refused = direct.ask("PATCH", VARIABLES, [{"name": name, "value": "x"}]).status == 400
        assert refused is (SET_BY_AEM.fullmatch(name) is not None), name
        direct.wait(5 * MINUTE)
