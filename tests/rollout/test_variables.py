"""Merging requests into one PATCH of variables."""

from collections.abc import Sequence

import pytest

from aem_mail.errors import Occupied, Refused
from aem_mail.kinds.requests import Answer, Origin, RemoveVariable, VariableRequest
from aem_mail.model import Variable, VariableChange, VariableKey, VariableType, keyed
from aem_mail.model.limits import ENVIRONMENT_VARIABLES_MAX
from aem_mail.rollout.variables import VariablesPlan, difference, merge, took_effect

from .harness import HERE, SECRET, secret, text

STRING, SECRET_STRING = VariableType.STRING, VariableType.SECRET_STRING


def there(name: str, value: str | None = "a value", *, status: str = "ready") -> Variable:
    """Return a variable of all services; a secret if its value is None."""
    return Variable(VariableKey(None, name), SECRET_STRING if value is None else STRING, status, value)


def gone(name: str, type_: str = STRING) -> RemoveVariable:
    return RemoveVariable(VariableKey(None, name), type_)


def applied(write: Sequence[VariableChange] | None, live: Sequence[Variable]) -> list[Variable]:
    """Return what the API makes of a PATCH; one that it would refuse fails the test."""
    variables = dict(keyed(live))
    for change in write or ():
        before = variables.pop(change.key, None)
        assert before is None or before.type == change.type, "the API refuses a change of type"
        assert before is not None or change.value, "nothing is deleted that is not there"
        if change.value:
            variables[change.key] = Variable(change.key, change.type, "ready", None if change.type == SECRET_STRING else change.value)
    return list(variables.values())


def answer_in(plan: VariablesPlan, place: int = 0) -> Answer:
    answer = plan.answers[place]
    assert isinstance(answer, Answer), repr(answer)
    return answer


def test_what_is_as_wanted_sends_nothing() -> None:
    plan = merge(HERE, [there("MAIL_A")], [text("MAIL_A")])

    assert plan.write is None
    assert answer_in(plan).origin is Origin.ADOPTED
    assert "was there already; this stack manages it" in str(answer_in(plan).note)


def test_additions_changes_and_removals_are_one_patch() -> None:
    live = [there("CHANGED", "old"), there("REMOVED", None), there("FOREIGN")]

    plan = merge(HERE, live, [gone("REMOVED", SECRET_STRING), text("CHANGED", "new", owned=True), secret("ADDED")])

    assert plan.write == (
        VariableChange(VariableKey(None, "ADDED"), SECRET_STRING, SECRET),
        VariableChange(VariableKey(None, "CHANGED"), STRING, "new"),
        VariableChange(VariableKey(None, "REMOVED"), SECRET_STRING, ""),
    )


def test_another_value_is_an_error_that_shows_both() -> None:
    plan = merge(HERE, [there("MAIL_A", "theirs")], [text("MAIL_A", "ours"), text("MAIL_B")])

    error = plan.answers[0]
    assert isinstance(error, Occupied)
    for part in ("MAIL_A (all services)", str(HERE), "'ours'", "'theirs'", 'on_conflict="replace"'):
        assert part in str(error)
    assert [change.key.name for change in plan.write or ()] == ["MAIL_B"]


@pytest.mark.parametrize(
    ("name", "value"), [("SMTP_PASS", "hunter2"), ("SENDGRID_KEY", "hunter2"), ("MAIL_RELAY", "smtps://a:hunter2@b.example")]
)
def test_a_plain_value_that_looks_like_a_secret_is_in_no_error(name: str, value: str) -> None:
    live, request = there(name, f"{value}-there"), text(name, f"{value}-wanted")

    told = f"{merge(HERE, [live], [request]).answers[0]} {difference(request, [live])}"

    assert "hunter2" not in told
    assert "a string that looks like a secret" in told


def test_a_secret_takes_over_what_is_there_and_says_so() -> None:
    plan = merge(HERE, [there("MAIL_A", None)], [secret("MAIL_A")])

    assert [change.value for change in plan.write or ()] == [SECRET]
    assert "taken over" in str(answer_in(plan).note)
    assert answer_in(plan).outputs == {"verified": True}


def test_a_secret_that_may_not_take_over_is_refused_once_it_is_there_but_not_after_it_was_written() -> None:
    careful = secret("MAIL_A", on_conflict="error")

    assert isinstance(merge(HERE, [there("MAIL_A", None)], [careful]).answers[0], Occupied)
    assert merge(HERE, [], [careful]).write is not None
    assert isinstance(merge(HERE, [there("MAIL_A", None)], [careful], {careful.key}).answers[0], Answer)


def test_a_kept_secret_is_adopted_without_a_write() -> None:
    for value in (None, SECRET):
        plan = merge(HERE, [there("MAIL_A", None)], [secret("MAIL_A", value, on_conflict="keep")])

        assert plan.write is None
        assert answer_in(plan).outputs == {"verified": False}


def test_a_kept_secret_that_is_not_there_is_an_error() -> None:
    assert isinstance(merge(HERE, [], [secret("MAIL_A", None, on_conflict="keep")]).answers[0], Refused)


def test_a_plain_variable_in_place_of_a_kept_secret_is_an_error() -> None:
    assert isinstance(merge(HERE, [there("MAIL_A")], [secret("MAIL_A", None, on_conflict="keep")]).answers[0], Occupied)


def test_an_unchanged_secret_is_not_written_again() -> None:
    assert merge(HERE, [there("MAIL_A", None)], [secret("MAIL_A", owned=True, rewrite=False)]).write is None


def test_what_failed_is_written_again() -> None:
    live = [there("MAIL_A", status="failed"), there("MAIL_B", None, status="failed")]

    plan = merge(HERE, live, [text("MAIL_A", owned=True), secret("MAIL_B", owned=True, rewrite=False)])

    assert [change.key.name for change in plan.write or ()] == ["MAIL_A", "MAIL_B"]


def test_a_change_of_type_deletes_with_the_old_type_and_then_creates() -> None:
    first = merge(HERE, [there("MAIL_A", "plain")], [secret("MAIL_A")])
    second = merge(HERE, [], [secret("MAIL_A")])

    assert first.write == (VariableChange(VariableKey(None, "MAIL_A"), STRING, ""),)
    assert second.write == (VariableChange(VariableKey(None, "MAIL_A"), SECRET_STRING, SECRET),)


def test_a_variable_of_another_type_is_not_removed_and_that_is_said() -> None:
    plan = merge(HERE, [there("MAIL_A", None)], [gone("MAIL_A", STRING)])

    assert plan.write is None
    assert "is a secretString now" in str(answer_in(plan).note)


def test_removing_what_is_gone_sends_nothing() -> None:
    assert merge(HERE, [there("MAIL_A", status="deleted")], [gone("MAIL_A")]).write is None


def test_a_variable_takes_the_place_of_one_that_is_being_removed() -> None:
    plan = merge(HERE, [there("MAIL_A", "old")], [gone("MAIL_A"), text("MAIL_A", "new")])

    assert [change.value for change in plan.write or ()] == ["new"]


def test_one_of_two_equal_declarations_is_enough_to_write_a_secret() -> None:
    eager, content = secret("MAIL_A", owned=True), secret("MAIL_A", owned=True, rewrite=False)

    for requests in ([eager, content], [content, eager]):
        assert merge(HERE, [there("MAIL_A", None)], requests).write is not None


def test_two_owners_of_one_variable_fail_and_their_neighbour_does_not() -> None:
    one, two = text("MAIL_A", "one"), secret("MAIL_A", "two-secret")

    plan = merge(HERE, [], [one, two, text("MAIL_B")])

    assert [isinstance(answer, Occupied) for answer in plan.answers] == [True, True, False]
    assert "the-MAIL_A and the-MAIL_A" in str(plan.answers[0])
    assert [change.key.name for change in plan.write or ()] == ["MAIL_B"]


def test_the_last_variables_beyond_the_limit_are_refused() -> None:
    live = [there(f"FOREIGN_{number:03}") for number in range(ENVIRONMENT_VARIABLES_MAX - 1)]

    plan = merge(HERE, live, [text("MAIL_C"), text("MAIL_A"), text("MAIL_B"), gone("FOREIGN_000")])

    assert [isinstance(answer, Refused) for answer in plan.answers] == [True, False, False, False]
    assert "more than 400 variables" in str(plan.answers[0])
    assert len(applied(plan.write, live)) == ENVIRONMENT_VARIABLES_MAX


def test_a_removal_that_does_not_happen_makes_no_room() -> None:
    live = [there(f"FOREIGN_{number:03}") for number in range(ENVIRONMENT_VARIABLES_MAX)]

    plan = merge(HERE, live, [gone("FOREIGN_000"), text("FOREIGN_000"), text("MAIL_A")])

    assert isinstance(plan.answers[2], Refused)


def test_a_refused_variable_takes_no_room() -> None:
    live = [there(f"FOREIGN_{number:03}") for number in range(ENVIRONMENT_VARIABLES_MAX - 1)]

    plan = merge(HERE, live, [text("MAIL_A", "one"), text("MAIL_A", "two"), text("MAIL_B")])

    assert isinstance(plan.answers[2], Answer)


def test_a_rewritten_secret_is_found_while_its_change_is_under_way() -> None:
    write = merge(HERE, [there("MAIL_A", None)], [secret("MAIL_A")]).write

    assert write is not None
    assert took_effect(write, [there("MAIL_A", None)], [there("MAIL_A", None, status="updating")])


@pytest.mark.parametrize(
    ("request_", "live", "shows"),
    [
        (
            text("MAIL_A", "ours"),
            [there("MAIL_A", "theirs")],
            "the-MAIL_A wants variable MAIL_A (all services) as the string 'ours', and the string 'theirs' is there, with status ready",
        ),
        (
            secret("MAIL_A"),
            [there("MAIL_A", "theirs")],
            "the-MAIL_A wants variable MAIL_A (all services) as a secretString, and the string [secret] is there, with status ready",
        ),
        (
            gone("MAIL_A", SECRET_STRING),
            [there("MAIL_A", None)],
            "the stack removes variable MAIL_A (all services), and a secretString is there, with status ready",
        ),
        (text("MAIL_A", "ours"), [], "the-MAIL_A wants variable MAIL_A (all services) as the string 'ours', and none is there"),
    ],
)
def test_a_difference_shows_both_sides(request_: VariableRequest, live: list[Variable], shows: str) -> None:
    assert difference(request_, live) == shows
