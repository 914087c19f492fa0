"""Merging requests into one PATCH of variables: what holds for any requests and any variables."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import AemMailError
from aem_mail.kinds.requests import Answer, SetVariable, VariableRequest
from aem_mail.model import Variable, VariableChange, VariableKey, VariableType, keyed
from aem_mail.rollout.variables import VariablesPlan, difference, merge, took_effect

from .documents import variable_lists, variable_requests
from .harness import HERE, SECRET

STRING, SECRET_STRING = VariableType.STRING, VariableType.SECRET_STRING


def there(name: str, value: str | None = "a value", *, status: str = "ready") -> Variable:
    """Return a variable of all services; a secret if its value is None."""
    return Variable(VariableKey(None, name), SECRET_STRING if value is None else STRING, status, value)


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


def secrets_in(write: Sequence[VariableChange] | None) -> set[VariableKey]:
    return {change.key for change in write or () if change.value and change.type == SECRET_STRING}


def shown(plan: VariablesPlan) -> list[Any]:
    return [(type(answer), str(answer)) if isinstance(answer, AemMailError) else answer for answer in plan.answers]


@given(variable_lists, variable_requests(), st.randoms(use_true_random=False))
def test_the_order_of_the_requests_never_matters(live: list[Variable], requests: list[VariableRequest], random: Any) -> None:
    places = list(range(len(requests)))
    random.shuffle(places)

    plan = merge(HERE, live, requests)
    shuffled = merge(HERE, live, [requests[place] for place in places])

    assert shuffled.write == plan.write
    assert [shown(shuffled)[places.index(place)] for place in range(len(requests))] == shown(plan)


@given(variable_lists, variable_requests())
def test_no_foreign_variable_is_in_the_patch(live: list[Variable], requests: list[VariableRequest]) -> None:
    plan = merge(HERE, live, requests)

    assert {change.key for change in plan.write or ()} <= {request.key for request in requests}
    applied(plan.write, live)


@given(variable_lists, variable_requests())
def test_two_patches_at_most_are_sent_and_a_secret_in_one_of_them_only(live: list[Variable], requests: list[VariableRequest]) -> None:
    written: set[VariableKey] = set()
    for number in range(3):
        plan = merge(HERE, live, requests, written)
        requests = [request for request, answer in zip(requests, plan.answers, strict=True) if isinstance(answer, Answer)]
        if plan.write is None:
            break
        assert number == 0 or all(change.value for change in plan.write), "only what was deleted is created by the second one"
        assert not secrets_in(plan.write) & written
        written |= secrets_in(plan.write)
        live = applied(plan.write, live)

    assert plan.write is None
    for request in requests:
        variable = keyed(live).get(request.key)
        if isinstance(request, SetVariable):
            assert variable is not None
            assert variable.type == request.type
            assert request.type == SECRET_STRING or variable.value == request.value
        elif not any(isinstance(one, SetVariable) and one.key == request.key for one in requests):
            assert variable is None or variable.type != request.type


@given(variable_lists, variable_requests())
def test_no_secret_is_shown_in_an_error_or_a_note(live: list[Variable], requests: list[VariableRequest]) -> None:
    hidden = [
        SetVariable(one.owner, one.key, one.type, SECRET, one.on_conflict, one.owned)
        if isinstance(one, SetVariable) and one.type == SECRET_STRING
        else one
        for one in requests
    ]

    plan = merge(HERE, live, hidden)

    shown_to_people = [str(answer) if isinstance(answer, AemMailError) else str(answer.note) for answer in plan.answers]
    shown_to_people += [repr(hidden), repr(plan.write), *(difference(one, live) for one in hidden)]
    assert not any(SECRET in line for line in shown_to_people)


@given(variable_lists, variable_requests())
def test_a_lost_patch_is_found_by_any_change_that_shows(live: list[Variable], requests: list[VariableRequest]) -> None:
    write = merge(HERE, live, requests).write
    if write is None:
        return
    secrets_before = {variable.key for variable in live if variable.type == SECRET_STRING and variable.status == "ready"}
    hidden = all(change.value and change.key in secrets_before for change in write)

    assert took_effect(write, live, live) is False
    assert took_effect(write, live, applied(write, live)) is not hidden
