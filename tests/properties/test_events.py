"""Whatever a preview prints, the plan is made of it, or it is refused as no preview."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds.kind import TYPE_PREFIX
from aem_mail.plan.changes import changes_of, recorded_states
from aem_mail.plan.plan import Asked, Findings, make_plan
from aem_mail.plan.world import recorded_world
from aem_mail.reports.markdown import to_markdown
from aem_mail.reports.plan import to_document, to_json
from aem_mail.reports.text import to_text
from aem_mail.stack.preview import NoEvents, parse
from tests.plan.recordings import NAMES, RECORDED
from tests.properties.hostile import taken, texts, values
from tests.strategies import FIELDS, KINDS

sides = (
    st.none()
    | values()
    | st.fixed_dictionaries({"id": texts, "inputs": values(), "outputs": values()})
    | st.sampled_from(KINDS).flatmap(
        lambda kind: st.fixed_dictionaries(
            {"id": texts, "inputs": st.dictionaries(st.sampled_from(FIELDS[kind]), values(), max_size=6), "outputs": st.just({})}
        )
    )
)
metadata = st.fixed_dictionaries(
    {
        "op": st.sampled_from(("create", "update", "delete", "same", "create-replacement", "delete-replaced", "replace")) | values(),
        "urn": texts,
        "type": st.sampled_from([TYPE_PREFIX + kind for kind in (*KINDS, "Mailbox")]) | texts,
        "old": sides,
        "new": sides,
    }
)
events = st.fixed_dictionaries({"sequence": st.integers(0, 9)}, optional={
    "preludeEvent": values() | st.fixed_dictionaries({"config": values()}),
    "resourcePreEvent": values() | st.fixed_dictionaries({"metadata": metadata | values()}),
    "resOutputsEvent": values() | st.fixed_dictionaries({"metadata": metadata | values()}),
    "diagnosticEvent": values() | st.fixed_dictionaries({"message": values(), "severity": values(), "urn": values()}),
    "summaryEvent": values() | st.fixed_dictionaries({"result": values()}),
})  # fmt: skip
lines = st.lists(events.map(json.dumps) | texts | values().map(json.dumps), max_size=5)


def plan_of(printed: list[str]) -> Any:
    """Read a preview and write both reports of its plan; None for what is no preview."""
    try:
        preview = parse(printed)
    except NoEvents:
        return None
    changes = changes_of(preview.steps)
    world = recorded_world(recorded_states(preview.steps), changes)
    plan = make_plan("test", preview, changes, Findings(world, Asked.NO_CREDENTIALS, "No credentials."))
    return to_text(to_document(plan)), to_markdown(to_document(plan)), json.dumps(to_json(plan))


@given(printed=lines)
def test_any_lines_are_a_plan_or_no_preview(printed: list[str]) -> None:
    taken(lambda: plan_of(printed))


@given(name=st.sampled_from(NAMES), data=st.data())
def test_a_preview_that_was_spoiled_is_a_plan_or_no_preview(name: str, data: st.DataObject) -> None:
    recorded = (RECORDED / f"{name}.jsonl").read_text().splitlines()
    at = data.draw(st.integers(0, len(recorded) - 1))
    recorded[at] = data.draw(st.integers(0, len(recorded[at])).map(lambda end: recorded[at][:end]) | lines.map("".join))

    taken(lambda: plan_of(recorded[: data.draw(st.integers(1, len(recorded)))]))
