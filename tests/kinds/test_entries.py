"""Sets of entries: their normal form, and that each entry is what it would be as a resource of its own."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds import claim_keys, decide, identity, kind_named, normalise, parse_identity, problems, warnings
from aem_mail.kinds.entries import IN_FORCE, EntriesKind
from aem_mail.kinds.environment_variables import type_problems
from aem_mail.kinds.requests import Operation
from aem_mail.model import UNKNOWN, AdvancedNetworking, Properties, Variable, VariableKey
from tests.strategies import anything

PLACE = {"program_id": "10001", "environment_id": "20001", "logical_name": "mine"}
SETS = ("PortForwards", "EnvVars")
GROUPS = ("rules", "values", "secrets", "secrets_from", "fingerprints", IN_FORCE, "service", "on_conflict")

ports = st.integers(30000, 30999).map(str)
rules = st.dictionaries(ports, st.tuples(st.sampled_from(["smtp.example.com", "10.0.0.1"]), st.integers(1, 999)))
names = st.from_regex(r"[A-Z][A-Z0-9_]{2,8}(@(author|publish))?", fullmatch=True)
texts = st.text("abc", min_size=1, max_size=5)


def ways(**given: Any) -> dict[str, Any]:
    return normalise("PortForwards", {**PLACE, **given})


def variables(**given: Any) -> dict[str, Any]:
    return normalise("EnvVars", {**PLACE, **given})


def set_kind(name: str) -> EntriesKind:
    kind = kind_named(name)
    assert isinstance(kind, EntriesKind)
    return kind


def fields(kind: str, properties: Properties) -> list[str]:
    return [problem.field for problem in problems(kind, properties)]


@given(rules)
def test_short_rules_and_long_ones_have_one_normal_form(given_: Mapping[str, tuple[str, int]]) -> None:
    short = ways(rules={port: f"{host}:{dest}" for port, (host, dest) in given_.items()})
    long = ways(rules={port: {"name": host, "port_dest": float(dest)} for port, (host, dest) in given_.items()})

    assert short == long == normalise("PortForwards", short)
    assert problems("PortForwards", short) == []


@given(st.dictionaries(names, texts))
def test_short_variables_and_long_ones_have_one_normal_form(given_: Mapping[str, str]) -> None:
    short = variables(values=given_)
    long = variables(values={name: {"value": value, "service": None} for name, value in given_.items()})

    assert short == long == normalise("EnvVars", short)
    assert problems("EnvVars", short) == []


@given(rules)
def test_a_rule_is_claimed_requested_and_known_as_a_port_forward(given_: Mapping[str, tuple[str, int]]) -> None:
    whole = ways(rules={port: f"{host}:{dest}" for port, (host, dest) in given_.items()})
    single = kind_named("PortForward")
    alone = [
        normalise("PortForward", {**PLACE, "name": host, "port_dest": dest, "port_orig": int(port)})
        for port, (host, dest) in given_.items()
    ]

    assert claim_keys("PortForwards", whole) == tuple(key for one in alone for key in claim_keys("PortForward", one))
    assert list(kind_named("PortForwards").rules(whole)) == [rule for one in alone for rule in single.rules(one)]
    requests = [one.kind.request(Operation.CREATE, {}, one.properties) for one in kind_named("PortForwards").entries(whole)]
    assert requests == [single.request(Operation.CREATE, {}, one) for one in alone]


@given(st.sampled_from(["values", "secrets"]), st.dictionaries(names, texts), st.sampled_from([None, "author", "preview"]))
def test_a_variable_is_claimed_and_requested_as_a_single_one(group: str, given_: Mapping[str, str], service: str | None) -> None:
    whole = variables(**{group: given_, "service": service})
    single = kind_named("EnvVar" if group == "values" else "SecretEnvVar")
    alone = []
    for name, value in given_.items():
        base, at, own = name.partition("@")
        alone.append(normalise(single.name, {**PLACE, "name": base, "service": own if at else service, "value": value}))

    assert claim_keys("EnvVars", whole) == tuple(key for one in alone for key in claim_keys(single.name, one))
    entries = kind_named("EnvVars").entries(whole)
    requests = [one.kind.request(Operation.CREATE, {}, one.properties, "value") for one in entries]
    assert requests == [single.request(Operation.CREATE, {}, one, "value") for one in alone]


@given(st.sampled_from(SETS), st.dictionaries(st.sampled_from(GROUPS), anything | st.dictionaries(names | ports, anything)))
def test_no_input_makes_a_set_raise(kind: str, given_: dict[str, Any]) -> None:
    normal = normalise(kind, {**PLACE, **given_})

    assert normalise(kind, normal) == normal
    found = [*problems(kind, normal), *warnings(kind, normal)]
    assert all(problem.message and problem.field for problem in found)
    assert decide(kind, normal, normal).replaces == ()


@pytest.mark.parametrize("kind", SETS)
def test_an_id_tells_the_name_in_the_program(kind: str) -> None:
    id_ = identity(kind, {**PLACE, "logical_name": "a/b"})

    assert id_ == f"10001/20001/{set_kind(kind).word}/a/b"
    assert parse_identity(kind, id_) == {"program_id": "10001", "environment_id": "20001", "logical_name": "a/b"}
    with pytest.raises(ValueError, match="is no id"):
        parse_identity(kind, "10001/20001/all/NAME")


@pytest.mark.parametrize(
    ("kind", "given_", "said"),
    [
        ("PortForwards", {"rules": {"30465": "smtp.example.com"}}, "rules.30465: must be 'host:port', such as"),
        (
            "PortForwards",
            {"rules": {"30465": "a.example:465", "030465": "b.example:465"}},
            "rules.030465: is the same entry as",
        ),
        ("PortForwards", {"rules": {"465": "smtp.example.com:465"}}, "rules.465: must be a whole number from 30000 to 30999"),
        ("PortForwards", {"rules": {"30465": {"name": "a.example", "port_dest": 1, "host": "a"}}}, "rules.30465.host: is unknown"),
        ("PortForwards", {"rules": UNKNOWN}, "rules: is not known yet, but its names have to be"),
        ("EnvVars", {"values": {"A_B": "x"}, "secrets": {"A_B": "y"}}, "secrets.A_B: is the same entry as values.A_B"),
        ("EnvVars", {"values": {"A_B": "x", "A_B@author": "y"}, "service": "author"}, "values.A_B@author: is the same entry as values.A_B"),
        ("EnvVars", {"values": {"A_B@stage": "x"}}, "values.A_B@stage.service: must be 'author', 'publish' or 'preview'"),
        ("EnvVars", {"values": {"A_B@author": {"value": "x", "service": "author"}}}, "is told by the name 'A_B@author' already"),
        ("EnvVars", {"values": {"INTERNAL_X": "x"}}, "values.INTERNAL_X: INTERNAL_X begins with INTERNAL_"),
        ("EnvVars", {"secrets": {"A_B": "****"}}, "secrets.A_B.value: "),
        ("EnvVars", {"secrets_from": {"A_B": "hunter2"}}, "secrets_from.A_B.value_from: must be 'env:NAME' or 'file:PATH'"),
        ("EnvVars", {"values": {f"V_{n}": "x" for n in range(401)}}, "an environment has at most 400 variables, and these are 401"),
        ("EnvVars", {"values": ["A"]}, "values: must be an object of values by name"),
    ],
)
def test_a_mistake_is_one_clear_sentence(kind: str, given_: dict[str, Any], said: str) -> None:
    (problem,) = problems(kind, normalise(kind, {**PLACE, **given_}))

    assert said in str(problem)
    assert "hunter2" not in str(problem)


def test_values_that_are_not_known_yet_are_no_mistake() -> None:
    assert problems("PortForwards", ways(rules={"30465": UNKNOWN, "30587": {"name": UNKNOWN, "port_dest": 587}})) == []
    assert problems("EnvVars", variables(values={"A_B": UNKNOWN}, secrets={"C_D": UNKNOWN}, service=UNKNOWN)) == []
    assert decide("EnvVars", variables(values={"A_B": "x"}), variables(values={"A_B": UNKNOWN})).changed == ("values",)


def test_only_the_groups_whose_entries_moved_count_and_nothing_is_replaced() -> None:
    before = variables(values={"A_B": "x"}, secrets={"C_D": "y"})

    assert decide("EnvVars", before, variables(values={"A_B": "z"}, secrets={"C_D": "y"})).changed == ("values",)
    assert decide("EnvVars", before, variables(values={"A_B": "x"})).changed == ("secrets",)
    assert decide("EnvVars", before, {**before, "logical_name": "renamed", "on_conflict": "replace"}).changed == ()
    assert decide("EnvVars", before, {**before, "environment_id": "20002"}).replaces == ("environment_id",)
    service = decide("EnvVars", before, {**before, "service": "author"})
    assert (service.changed, service.replaces, service.state_only) == (("values", "secrets"), (), False)


def test_an_entry_that_is_only_written_otherwise_is_recorded_and_not_sent() -> None:
    verdict = decide("EnvVars", variables(values={"A_B": "x"}, service="author"), variables(values={"A_B@author": "x"}))

    assert (verdict.changed, verdict.state_only) == (("values",), True)


def test_a_changed_type_is_a_problem_unless_it_is_meant() -> None:
    before = variables(values={"A_B": "x"})

    (problem,) = type_problems(before, variables(secrets={"A_B": "y"}))
    assert "secrets.A_B: is a string in this stack and would become a secretString" in str(problem)
    assert list(type_problems(before, variables(secrets={"A_B": {"value": "y", "on_conflict": "replace"}}))) == []


def test_live_values_are_those_of_each_entry_and_of_no_other() -> None:
    recorded = {
        **variables(values={"A_B": "x", "GONE": "x"}, secrets={"C_D": "y"}),
        "fingerprints": {"C_D": "fp1:0"},
        IN_FORCE: {"A_B": {"origin": "created", "status": "failed"}, "GONE": {"origin": "created"}, "C_D": {"origin": "adopted"}},
    }
    there = (Variable(VariableKey(None, "A_B"), "string", "ready", "z"), Variable(VariableKey(None, "C_D"), "secretString", "failed"))

    live = kind_named("EnvVars").live_values(recorded, (*there, Variable(VariableKey(None, "FOREIGN"), "string", "ready", "theirs")))

    assert live == {
        "values": {"A_B": {"value": "z"}},
        "secrets": {"C_D": {"value": "y"}},
        "fingerprints": {"C_D": "fp1:0"},
        IN_FORCE: {
            "A_B": {"origin": "created", "status": "ready", "type": "string"},
            "C_D": {"origin": "adopted", "status": "failed", "type": "secretString"},
        },
    }
    assert kind_named("EnvVars").drifted({**recorded, **live}, recorded) == (IN_FORCE,)
    assert kind_named("EnvVars").live_values(recorded, ()) is None
    assert kind_named("PortForwards").live_values(ways(rules={}), AdvancedNetworking(False)) is not None
    assert kind_named("PortForwards").live_values(ways(rules={}), None) is None


def test_a_program_secret_is_the_secret_of_its_entry() -> None:
    whole = {**variables(values={"A_B": "x", "C_D": "y"}), "secret_inputs": [["values", "A_B", "value"], ["rules", "30465"]]}

    requests = {one.name: one.kind.request(Operation.CREATE, {}, one.properties, "v") for one in kind_named("EnvVars").entries(whole)}
    assert {name: one.secret for name, one in requests.items()} == {"A_B": True, "C_D": False}  # type: ignore[union-attr]
