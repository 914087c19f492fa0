import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.model import UNKNOWN
from aem_mail.stack.preview import NoEvents, Preview, parse
from aem_mail.stack.values import MASKED, SECRET_SIGNATURE, SIGNATURE, UNKNOWN_TEXT, value_of
from tests.plan.recordings import NAMES, RECORDED, recorded


def test_steps_come_in_the_engines_order_with_both_sides() -> None:
    replacement = [step for step in recorded("replace-rule").steps if step.name == "b"]

    assert [step.operation for step in replacement] == ["create-replacement", "replace", "delete-replaced"]
    made, _, gone = replacement
    assert made.kind == "PortForward"
    assert made.old is not None
    assert made.new is not None
    assert (made.old.inputs["port_orig"], made.new.inputs["port_orig"]) == (30466, 30470)
    assert gone.new is None


def test_a_refresh_tells_recorded_and_live_outputs() -> None:
    refreshed = {step.name: step for step in recorded("drift").refreshed}

    footer = refreshed["footer"]
    assert footer.old is not None
    assert footer.new is not None
    assert (footer.old.outputs["value"], footer.new.outputs["value"]) == ("bye", "changed by hand")
    assert refreshed["a"].new is None or not refreshed["a"].new.outputs


def test_a_retained_resource_is_told_apart() -> None:
    retained = {step.name: step.old.retained for step in recorded("retained").steps if step.old is not None and step.kind is not None}

    assert retained == {"a": True, "b": True, "net": True, "infra": False, "footer": False, "pass": False, "file": False}


def test_a_preview_that_failed_says_why_once() -> None:
    refused = recorded("refused")

    assert not refused.succeeded
    assert len(refused.errors) == 1
    assert "'bad host' is no host name" in refused.errors[0]


def test_nothing_at_all_is_a_preview_that_never_began() -> None:
    assert parse([]) == Preview()
    assert not parse([""]).began


@pytest.mark.parametrize("line", ["Previewing update (test):", "{}", "[]", '{"config": {}}', "null", '{"sequence"'])
def test_what_is_no_event_is_refused_and_quoted(line: str) -> None:
    with pytest.raises(NoEvents) as raised:
        parse(['{"sequence": 0, "preludeEvent": {"config": {}}}', line])

    assert str(raised.value) == line


@pytest.mark.parametrize("name", NAMES)
def test_events_of_unknown_kinds_change_nothing(name: str) -> None:
    lines = (RECORDED / f"{name}.jsonl").read_text().splitlines()
    more = [line for event in lines for line in (json.dumps({"sequence": 0, "newEvent": {"metadata": {"op": "create"}}}), event)]

    assert parse(more) == parse(lines)


def test_the_engines_marks_become_our_own_values() -> None:
    assert value_of(UNKNOWN_TEXT) is UNKNOWN
    assert value_of({SIGNATURE: SECRET_SIGNATURE, "ciphertext": "[secret]"}) == MASKED
    assert value_of({"deep": [465.0, {SIGNATURE: SECRET_SIGNATURE, "plaintext": "x"}]}) == {"deep": [465, MASKED]}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(json_values)
def test_other_values_pass_as_they_are(value: object) -> None:
    assert value_of(value) == value


def test_no_recording_holds_a_secret_or_a_path_of_the_machine_that_made_it() -> None:
    for path in Path(RECORDED).glob("*.jsonl"):
        text = path.read_text()
        assert "password123" not in text
        assert "password456" not in text
        assert "/tmp" not in text  # noqa: S108 - looked for, not used


@pytest.mark.parametrize(("given", "told"), [(["10001/20001/all/A"], True), (None, False)])
def test_a_preview_tells_that_a_set_has_left_entries_to_others(given: object, told: bool) -> None:
    old = {"id": "i", "inputs": {"program_id": "10001", "environment_id": "20001", "hands_over": given}, "outputs": {}}
    event = {"metadata": {"op": "same", "urn": "u::vars", "type": "pulumi-python:dynamic/aem:EnvVars", "old": old, "new": old}}

    assert parse([json.dumps({"sequence": 0, "timestamp": 0, "resourcePreEvent": event})]).handed_over is told
