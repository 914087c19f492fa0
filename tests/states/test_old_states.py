"""States that earlier versions of this package wrote, kept as files, can be read, refreshed and destroyed by this one.

A file is what `pulumi stack export --show-secrets` gave after the program in the module of its name, without paths and times; its
secrets are invented. A version that records something new keeps the files of the ones before it, and adds one: `python -m tests.states`.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.flow.conftest import Simulator
from tests.flow.stack import Stack
from tests.publishing.origin import Origin
from tests.secrets import SecretWatch
from tests.states.__main__ import recorded
from tests.states.recorded import HERE, KINDS, SETS, Recorded, kinds, of_a_machine, pushed_files, resources, written_files
from tests.states.states import STATES

pytestmark = [pytest.mark.flow, pytest.mark.time_scale(6000)]

EACH: Final = pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
COMPONENTS: Final = frozenset({"MailEgress", "PublishedConfiguration"})
LATER: Final = frozenset({"state_version", "verified", "fingerprint", "status", "type"})
"""Outputs that a still older version might not have recorded."""


def without_what_came_later(document: dict[str, Any]) -> dict[str, Any]:
    for resource in resources(document):
        resource["outputs"] = {name: value for name, value in resource.get("outputs", {}).items() if name not in LATER}
    return document


def assert_destroyed(state: Recorded, stack: Stack, simulator: Simulator, origins: dict[str, Origin]) -> None:
    """Assert that nothing is left of what the stack made, except for files that it was to leave."""
    document = state.document()
    assert stack.resources() == []
    for path, (content, removed) in written_files(document).items():
        file = stack.folder / path
        assert (file.read_text() if file.exists() else None) == (None if removed else content)
    for request in pushed_files(document):
        for path, content in request.files.items():
            assert origins[request.place.repository].show(path) == (None if request.delete_file else content.encode())
    destroyed = simulator.state()
    assert destroyed == state.world_after_destroy(simulator)


@EACH
def test_an_old_state_is_no_change(state: Recorded, stack: Stack, simulator: Simulator) -> None:
    origins = state.imported(stack, simulator, state.document())
    tips = {address: origin.tip() for address, origin in origins.items()}

    stack.preview("--expect-no-changes")
    stack.preview("--refresh", "--expect-no-changes")
    stack.refresh("--expect-no-changes")
    stack.up("--expect-no-changes")

    assert simulator.mutations() == []
    assert {address: origin.tip() for address, origin in origins.items()} == tips


@EACH
def test_an_old_state_can_be_destroyed(state: Recorded, stack: Stack, simulator: Simulator) -> None:
    origins = state.imported(stack, simulator, state.document())

    stack.destroy()

    assert sorted(simulator.mutations()) == list(state.destroyed)
    assert_destroyed(state, stack, simulator, origins)


@EACH
def test_a_state_that_lacks_what_came_later_is_refreshed_brought_up_to_date_and_destroyed(
    state: Recorded, stack: Stack, simulator: Simulator
) -> None:
    origins = state.imported(stack, simulator, without_what_came_later(state.document()))

    stack.refresh()
    stack.up()
    stack.up("--expect-no-changes")
    stack.destroy()

    assert_destroyed(state, stack, simulator, origins)


def test_the_recipe_writes_what_the_newest_state_names(tmp_path: Path, simulator: Simulator) -> None:
    # What the recipe exports shows the secrets, so that nothing watches over them.
    stack = Stack(tmp_path / "project", simulator.variables, SecretWatch())

    written = recorded(STATES[-1], stack, simulator)

    assert of_a_machine(json.dumps(written)) == []
    assert {one["urn"] for one in resources(written)} == {one["urn"] for one in resources(STATES[-1].document())}


def test_each_file_has_its_module() -> None:
    assert [state.path for state in STATES] == sorted(HERE.glob("state-*.json"))


@EACH
def test_every_kind_of_resource_is_among_the_states(state: Recorded) -> None:
    assert kinds(state.document()) >= set(KINDS)


def test_the_newest_state_has_the_components_and_the_sets() -> None:
    assert kinds(STATES[-1].document()) >= COMPONENTS | set(SETS)


@EACH
def test_no_state_names_what_only_one_machine_has(state: Recorded) -> None:
    assert of_a_machine(state.path.read_text()) == []
