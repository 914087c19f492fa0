"""The recorded previews, parsed."""

from pathlib import Path
from typing import Final

from aem_mail.plan.changes import Change, changes_of, recorded_states
from aem_mail.plan.plan import Asked, Findings, Plan, make_plan
from aem_mail.plan.rehearsal import Dependencies
from aem_mail.plan.world import World, recorded_world
from aem_mail.stack.preview import Preview, parse

RECORDED: Final = Path(__file__).parent / "recorded"
NAMES: Final = sorted(path.stem for path in RECORDED.glob("*.jsonl"))


def recorded(name: str) -> Preview:
    return parse((RECORDED / f"{name}.jsonl").read_text().splitlines())


def changes(name: str) -> tuple[Change, ...]:
    return changes_of(recorded(name).steps)


def world(name: str) -> World:
    return recorded_world(recorded_states(recorded(name).steps), changes(name))


def planned(name: str, dependencies: Dependencies | None = None, width: int | None = None) -> Plan:
    """Return the plan as it is made without asking Cloud Manager."""
    findings = Findings(world(name), Asked.NO_CREDENTIALS, "No credentials.")
    return make_plan("test", recorded(name), changes(name), findings, dependencies=dependencies, width=width)
