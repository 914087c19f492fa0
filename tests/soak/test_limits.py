"""What a set gave away in a run that was cut off is taken back as docs/reliability.md says, and nothing else is."""

from typing import Any

from tests.soak.history import Declared, Program, Recorded, Run
from tests.soak.limits import with_way_out

HERE = {"program_id": "10001", "environment_id": "20001"}
BEFORE = {**HERE, "rules": {"30465": "a.example.com:465", "30587": "a.example.com:587"}}
AFTER = {**HERE, "rules": {"30465": "a.example.com:465"}}
RULE = Declared("PortForward", {**HERE, "name": "b.example.com", "port_dest": 587, "port_orig": 30587})
OTHER = Declared("PortForward", {**HERE, "name": "b.example.com", "port_dest": 25, "port_orig": 30025})
PROGRAM: Program = {"ways": Declared("PortForwards", AFTER), "rule": RULE, "other": OTHER}


def policies(*after: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    left = [Recorded(name, kind, "id", inputs, {}) for name, kind, inputs in after]
    run = Run("one", "up", PROGRAM, [Recorded("ways", "PortForwards", "id", BEFORE, {})], left)
    return {name: one.properties.get("on_conflict") for name, one in with_way_out(PROGRAM, run).items()}


def test_an_entry_that_nobody_records_any_more_is_taken_over() -> None:
    assert policies(("ways", "PortForwards", AFTER)) == {"ways": None, "rule": "replace", "other": None}


def test_an_entry_that_is_still_recorded_is_not() -> None:
    nothing = {"ways": None, "rule": None, "other": None}

    assert policies(("ways", "PortForwards", BEFORE)) == nothing
    assert policies(("ways", "PortForwards", AFTER), ("rule", "PortForward", dict(RULE.properties))) == nothing
