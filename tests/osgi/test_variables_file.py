import contextlib
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.osgi.errors import VariablesFileError
from aem_mail.osgi.variables_file import SERVICES, TYPES, GivenVariable, parse_variables, variables_text, visible_to
from aem_mail.simulator.server import running_simulator
from tests import loopback

NAMES = st.from_regex(r"[A-Z_][A-Z_0-9]{1,8}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Co", "Cn"]), max_size=20)
VARIABLES = st.lists(
    st.builds(GivenVariable, NAMES, st.sampled_from(TYPES), st.none() | st.sampled_from(SERVICES), VALUES),
    unique_by=lambda variable: (variable.name, variable.service),
    max_size=5,
)

TEXTS = st.text() | st.text("\n\x85\u2028\ufeff\0 '\"a", max_size=8)

REFUSED = {
    "a text": ("hello", "it is a text; expected a list of"),
    "another answer": ('{"_embedded": {"programs": []}}', "answer of Cloud Manager about programs, not about variables; expected"),
    "one page": ('{"_totalNumberOfItems": 2, "_embedded": {"variables": [{"name": "A", "value": "x"}]}}', "with 1 of 2 variables"),
    "a list under a name": ('{"variables": [{"name": "A", "value": "x"}]}', "the value of variables is no text; expected a list of"),
    "a list of texts": ("[a]", "entry 1 is no object"),
    "an entry without a name": ("[{value: x}]", "entry 1 has no name"),
    "an unknown field": ("[{name: A, typ: string}]", "entry 1 has the unknown field 'typ'"),
    "an unknown type": ("[{name: A, type: secret, value: x}]", "entry 1, A, has another type"),
    "an unknown service": ("[{name: A, value: x, service: dispatcher}]", "entry 1, A, has another service"),
    "an entry without a value": ("[{name: A}]", "the value of A is missing"),
    "a mapping without a value": ("A:", "the value of A is missing"),
    "a list as a value": ("A: [x]", "the value of A is no text"),
    "a key twice in YAML": ("A: x\nA: y", "'A' is there twice"),
    "a key twice in JSON": ('{"A": "x", "A": "y"}', "'A' is there twice"),
    "a variable twice": ("[{name: A, value: x}, {name: A, value: y}]", "A is there twice for all services"),
    "half of JSON": ('{"A": ', "neither JSON nor YAML: .*, line"),
    "two YAML documents": ("A: x\n---\nA: y", "neither JSON nor YAML"),
    "a control character": ("\x01", "holds characters that no text file has"),
    "a key that is a list": ("? [A]\n: x", "a key that is no text"),
    "something deep in JSON": ("[" * 100_000, "nested too deeply"),
    "something deep in YAML": ("- - - - - - - x", "nested too deeply"),
}


WRITTEN = (
    '{"A": "x", "B": "030", "C": true}',
    "A: x\nB: 030\nC: true\n",
    '[{name: A, value: x}, {"name": B, "value": 030}, {name: C, value: true}]',
)


@pytest.mark.parametrize("text", WRITTEN)
def test_a_value_is_the_text_as_it_is_written(text: str) -> None:
    assert parse_variables(text) == (
        GivenVariable("A", "string", None, "x"),
        GivenVariable("B", "string", None, "030"),
        GivenVariable("C", "string", None, "true"),
    )


def test_the_list_of_adobes_users_tells_type_and_service() -> None:
    text = "- {name: EMAIL_PASSWORD, type: secretString, value: hunter2, service: author, status: ready}\n- {name: P, type: secretString}\n"

    assert parse_variables(text) == (
        GivenVariable("EMAIL_PASSWORD", "secretString", "author", "hunter2"),
        GivenVariable("P", "secretString"),
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]", "{}", "null"])
def test_an_empty_file_has_no_variables(text: str) -> None:
    assert parse_variables(text) == ()


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_known_shape_is_refused_in_one_sentence(case: str) -> None:
    text, message = REFUSED[case]

    with pytest.raises(VariablesFileError, match=message) as raised:
        parse_variables(text)

    assert "\n" not in str(raised.value)


def test_aliases_that_multiply_each_other_are_refused_at_once() -> None:
    levels = "".join(f"- &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 30))

    with pytest.raises(VariablesFileError):
        parse_variables(f"- &a0 [x]\n{levels}")


def test_a_refusal_shows_no_value() -> None:
    for text in ("[{name: A, type: secretString, value: [hunter2]}]", "A: {hunter2: hunter2}", "- hunter2"):
        with pytest.raises(VariablesFileError) as raised:
            parse_variables(text)
        assert "hunter2" not in str(raised.value)


def test_cloud_managers_answer_is_read_as_it_stands() -> None:
    with running_simulator() as simulator:
        state = simulator.state()
        state["programs"]["10001"]["environments"]["20001"]["variables"] = [
            {"name": "A_1", "type": "string", "value": "x", "service": "author"},
            {"name": "A_2", "type": "secretString", "value": "hunter2"},
        ]
        loopback.put(f"{simulator.url}/_sim/state", json=state).raise_for_status()
        form = {"client_id": simulator.client_id, "client_secret": simulator.client_secret, "grant_type": "client_credentials"}
        token = loopback.post(f"{simulator.url}/ims/token/v3", data={**form, "scope": "openid"}).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "x-api-key": simulator.client_id, "x-gw-ims-org-id": simulator.org_id}
        answer = loopback.get(f"{simulator.url}/api/program/10001/environment/20001/variables", headers=headers)

    assert parse_variables(answer.raise_for_status().text) == (
        GivenVariable("A_1", "string", "author", "x"),
        GivenVariable("A_2", "secretString"),
    )


def test_an_empty_value_deletes_and_the_one_for_all_is_seen_again() -> None:
    variables = parse_variables("[{name: A, value: x}, {name: A, value: '', service: author}, {name: B, value: ''}]")

    assert list(visible_to(variables, "author")) == [GivenVariable("A", "string", None, "x")]


@given(VARIABLES)
def test_what_is_written_as_yaml_or_json_is_read_back(variables: list[GivenVariable]) -> None:
    entries = [{"name": each.name, "type": each.type, "service": each.service, "value": each.value} for each in variables]

    assert parse_variables(json.dumps(entries)) == tuple(variables)
    assert parse_variables(yaml.safe_dump(entries, allow_unicode=True)) == tuple(variables)


@given(st.lists(st.builds(GivenVariable, NAMES, st.sampled_from(TYPES), st.none() | st.sampled_from(SERVICES), TEXTS), max_size=4))
def test_the_writer_and_the_reader_agree_on_every_text(variables: list[GivenVariable]) -> None:
    once = list({(one.name, one.service): one for one in variables}.values())

    for as_json in (True, False):
        assert parse_variables(variables_text(once, as_json=as_json)) == tuple(once)


def test_a_secret_without_a_value_is_written_without_one() -> None:
    assert variables_text([GivenVariable("P", "secretString")]) == "- name: P\n  type: secretString\n"


@given(st.text())
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(VariablesFileError):
        parse_variables(text)


def test_a_variable_for_the_tier_alone_beats_one_for_all() -> None:
    everybody, author = GivenVariable("A", "string", None, "all"), GivenVariable("A", "string", "author", "author")

    assert list(visible_to([author, everybody], "author")) == [author]
    assert list(visible_to([author, everybody], "publish")) == [everybody]
    with pytest.raises(VariablesFileError, match="A is there for several services"):
        list(visible_to([author, everybody], None))
