import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.stack.answer import Unreadable
from aem_mail.stack.export import parse_export
from aem_mail.stack.recorded import RecordedStack, recorded_stack
from aem_mail.stack.shapes import misshapen
from aem_mail.stack.values import MASKED
from tests.drift.build import CIPHERED, exported, infrastructure, networking, recorded, resource, rule, secret, urn, variable
from tests.strategies import json_values, valid_with_kind

STATES = Path(__file__).parents[1] / "states"


@pytest.mark.parametrize("file", sorted(STATES.glob("state-*.json")), ids=lambda file: file.stem)
def test_a_state_that_an_older_version_wrote_is_read(file: Path) -> None:
    found = recorded_stack("", parse_export(file.read_text()))

    assert found.name == "test"
    assert {one.kind for one in found.resources} >= {"NetworkInfrastructure", "AdvancedNetworking", "PortForward", "EnvVar", "SecretEnvVar"}
    assert found.config >= {"gathering"}
    assert all(one.id for one in found.resources)


def test_what_is_enciphered_stays_so() -> None:
    (password, infra) = recorded(secret(), infrastructure("vpn", connections=MASKED)).resources

    assert (password.inputs["value"], infra.outputs["connections"]) == (MASKED, MASKED)
    assert "ciphertext" not in repr((password, infra))


def test_the_id_tells_what_a_program_made_a_secret_of() -> None:
    entry = rule()
    entry["inputs"] |= {"environment_id": CIPHERED, "port_orig": CIPHERED, "name": CIPHERED}

    (found,) = recorded(entry).resources

    assert (found.inputs["environment_id"], found.inputs["port_orig"], found.inputs["name"]) == ("20001", 30465, MASKED)


def test_a_resource_knows_what_it_is_part_of_and_what_becomes_of_it() -> None:
    parent = "urn:pulumi:dev::project::aem:mail:MailEgress::mail"
    first, second = recorded(rule(parent=parent, protect=True), rule(30466, delete=True)).resources

    assert (first.component, first.leftover) == ("mail", False)
    assert (second.component, second.leftover) == (None, True)


def test_a_resource_that_is_only_being_created_has_the_id_that_it_will_have() -> None:
    entry = {**rule(), "id": "", "outputs": {}}

    (pending,) = recorded(pending=[{"resource": entry, "type": "creating"}]).pending

    assert (pending.operation, pending.resource.id) == ("creating", "10001/20001/30465")


def test_resources_of_others_are_none_of_ours() -> None:
    others = [
        {"urn": urn("x", str(place)), "type": type_, "inputs": {}} for place, type_ in enumerate(("aws:s3:Bucket", "aem:mail:MailEgress"))
    ]

    assert (
        recorded(*others, {"urn": "u", "type": "pulumi-python:dynamic/aem:Unheard"}, networking()).resources[0].kind == "AdvancedNetworking"
    )
    assert len(recorded(*others).resources) == 0


@pytest.mark.parametrize("deployment", ["null", "{}", '{"resources": null}', '{"resources": []}'])
def test_an_empty_stack_has_nothing(deployment: str) -> None:
    found = recorded_stack("dev", parse_export(f'{{"version": 3, "deployment": {deployment}}}'))

    assert (found.name, found.resources, found.pending, found.config) == ("dev", (), (), frozenset())


@given(st.dictionaries(st.text(max_size=6), json_values, max_size=5), st.lists(json_values, max_size=3))
def test_whatever_a_state_holds_it_is_read_or_refused(properties: dict[str, Any], others: list[Any]) -> None:
    state = {"version": 3, "deployment": {"resources": [{**rule(), "inputs": properties, "outputs": properties}, *others]}}
    try:
        recorded_stack("dev", parse_export(json.dumps(state)))
    except Unreadable:
        assert misshapen(properties) is not None or not all(isinstance(one, dict) for one in others)


@given(valid_with_kind)
def test_what_was_declared_is_what_is_recorded(declared: tuple[str, dict[str, Any]]) -> None:
    kind, inputs = declared
    (found,) = recorded(resource(kind, "thing", inputs)).resources

    assert found.kind == kind
    assert found.id == resource(kind, "thing", inputs)["id"]


def test_the_stacks_name_is_that_of_its_urns() -> None:
    assert recorded_stack("organization/project/dev", parse_export(exported(variable()))).name == "dev"


GIVEN = {"10001/20001/all/A": {"origin": "created"}, "10001/20001/all/B": {"origin": "created"}}


def given_away(hands_over: list[str], handed_over: Any) -> RecordedStack:
    inputs = {"program_id": "10001", "environment_id": "20001", "logical_name": "vars", "values": {}, "hands_over": hands_over}
    outputs = {**inputs, "in_force": {}, "handed_over": handed_over}
    return recorded({**resource("EnvVars", "vars", inputs), "inputs": inputs, "outputs": outputs})


def test_what_a_set_has_given_away_counts_while_inputs_and_outputs_both_name_it() -> None:
    found = given_away(["10001/20001/all/B", "10001/20001/all/C"], GIVEN)

    assert [(one.kind, one.id, one.name) for one in found.handed_over] == [("EnvVar", "10001/20001/all/B", "vars[10001/20001/all/B]")]
    assert found.handed_over[0].outputs["origin"] == "created"
    assert (found.resources, given_away([], GIVEN).handed_over) == ((), ())


def test_what_cannot_have_been_given_away_makes_a_state_unreadable() -> None:
    with pytest.raises(Unreadable, match=r"EnvVars .* has handed over what cannot be told"):
        given_away(["elsewhere"], {"elsewhere": {}})
