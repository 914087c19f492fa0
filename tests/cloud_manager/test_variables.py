import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cloud_manager.answer_fields import Mismatch
from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.variables import change_entry, variable_of
from aem_mail.errors import Busy
from aem_mail.model import EnvironmentId, Variable, VariableChange, VariableKey

from .scripted_server import ScriptedServer, answer
from .simulation import DEV, pass_time, simulated

PLAIN, SECRET = "string", "secretString"
USER, PASSWORD = VariableKey(None, "EMAIL_USERNAME"), VariableKey("author", "EMAIL_PASSWORD")
NAMES = st.from_regex(r"[a-zA-Z_][a-zA-Z_0-9]{1,20}", fullmatch=True)
SERVICES = st.sampled_from([None, "author", "publish", "preview"])


def test_variables_are_set_listed_and_deleted() -> None:
    with simulated() as (api, simulator):
        assert api.variables.list(DEV) == []
        api.variables.patch(DEV, [VariableChange(USER, PLAIN, "apikey"), VariableChange(PASSWORD, SECRET, "password123")])
        pass_time(simulator, 3600)

        found = {variable.key: variable for variable in api.variables.list(DEV)}
        assert found == {USER: Variable(USER, PLAIN, "ready", "apikey"), PASSWORD: Variable(PASSWORD, SECRET, "ready", None)}

        api.variables.patch(DEV, [VariableChange(PASSWORD, SECRET, "")])
        pass_time(simulator, 3600)
        assert [variable.key for variable in api.variables.list(DEV)] == [USER]


def test_a_second_change_is_refused_at_once_as_busy() -> None:
    with simulated() as (api, simulator):
        api.variables.patch(DEV, [VariableChange(USER, PLAIN, "apikey")])
        with pytest.raises(Busy, match="Could not change variable EMAIL_USERNAME of program 10001, environment 20001"):
            api.variables.patch(DEV, [VariableChange(USER, PLAIN, "other")])
        assert len(simulator.mutations()) == 1


def test_no_change_sends_nothing(api: CloudManager, server: ScriptedServer) -> None:
    api.variables.patch(EnvironmentId("1", "2"), [])

    assert server.seen == []


def test_all_changes_go_in_one_request(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(204))

    api.variables.patch(EnvironmentId("1", "2"), [VariableChange(USER, PLAIN, "ä"), VariableChange(PASSWORD, SECRET, "")])

    (request,) = server.requests
    assert json.loads(request.body) == [
        {"name": "EMAIL_USERNAME", "type": "string", "value": "ä"},
        {"name": "EMAIL_PASSWORD", "type": "secretString", "value": "", "service": "author"},
    ]


def test_a_long_list_of_changes_is_named_in_part(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(409))
    changes = [VariableChange(VariableKey(service, f"V{number}"), PLAIN, "x") for number in range(9) for service in (None, "author")]

    with pytest.raises(Busy, match="Could not change variables V0, V1, V2, V3, V4 and 4 more of program 1"):
        api.variables.patch(EnvironmentId("1", "2"), changes)


@given(SERVICES, NAMES, st.text(min_size=1))
def test_a_plain_variable_that_was_written_is_read_as_the_same(service: str | None, name: str, value: str) -> None:
    key = VariableKey(service, name)

    assert variable_of(change_entry(VariableChange(key, PLAIN, value))) == Variable(key, PLAIN, "ready", value)


@given(SERVICES, NAMES, st.text(min_size=1))
def test_a_secret_is_read_without_its_value_even_if_it_is_told(service: str | None, name: str, value: str) -> None:
    key = VariableKey(service, name)

    assert variable_of(change_entry(VariableChange(key, SECRET, value))) == Variable(key, SECRET, "ready", None)


@pytest.mark.parametrize(
    ("document", "variable"),
    [
        ({"name": "X"}, Variable(VariableKey(None, "X"), PLAIN, "ready", "")),
        ({"name": "X", "service": "", "status": "failed", "value": None}, Variable(VariableKey(None, "X"), PLAIN, "failed", "")),
        ({"name": "X", "type": "somethingNew", "value": "v"}, Variable(VariableKey(None, "X"), "somethingNew", "ready", "v")),
    ],
)
def test_what_is_not_told_has_the_specifications_default(document: dict[str, object], variable: Variable) -> None:
    assert variable_of(document) == variable


@pytest.mark.parametrize("document", [{}, {"name": 1}, {"name": "X", "value": 1}, {"name": "X", "service": []}, {"name": "X", "type": 0}])
def test_a_variable_of_another_form_is_a_mismatch(document: dict[str, object]) -> None:
    with pytest.raises(Mismatch) as caught:
        variable_of({**document, "value": document.get("value", "s3cret")})
    assert "s3cret" not in str(caught.value)


def test_no_repr_shows_a_value() -> None:
    variable = Variable(USER, PLAIN, "ready", "s3cret")
    change = VariableChange(USER, PLAIN, "s3cret")

    assert "s3cret" not in repr((variable, change))
