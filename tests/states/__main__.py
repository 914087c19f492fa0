"""Write a recorded state: ``eval "$(make -s engine-env)" && .venv/bin/python -m tests.states state-3``.

A new state begins as a module of its name, which STATES lists. One that is committed is never written again: it is what that version
recorded.
"""

import argparse
import json
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import aem_mail
from aem_mail.simulator.server import running_simulator
from tests.flow.conftest import Simulator
from tests.flow.stack import Stack
from tests.secrets import SecretWatch
from tests.states.recorded import KINDS, SETS, Recorded, World, of_a_machine, resources
from tests.states.states import STATES

ONCE_ONLY: Final = ("created", "modified", "updated", "sourcePosition", "stackTrace")
"""What says when and where something was written."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.states", description=__doc__)
    parser.add_argument("name", choices=[state.name for state in STATES])
    name = parser.parse_args().name
    state = next(state for state in STATES if state.name == name)
    if state.path.exists():
        parser.error(f"{state.path.name} is there already")
    with tempfile.TemporaryDirectory() as folder, running_simulator(time_scale=6000) as running:
        simulator = Simulator(running)
        stack = Stack(Path(folder) / "project", simulator.variables, SecretWatch())
        text = json.dumps(recorded(state, stack, simulator), indent=1) + "\n"
    if found := of_a_machine(text):
        parser.error(f"the state names what only this machine has: {', '.join(found)}")
    if lacking := unused_options(json.loads(text)):
        parser.error(f"no resource of the program is given {', '.join(lacking)}")
    state.path.write_text(text)


def recorded(state: Recorded, stack: Stack, simulator: Simulator) -> dict[str, Any]:
    """Return what `pulumi stack export` gives after an `up`, without paths and times; refuse a state whose module says something else."""
    state.surroundings(stack)
    simulator.edit(state.found)
    stack.up()
    document: dict[str, Any] = json.loads(stack.run("stack", "export", "--show-secrets").stdout)
    made = comparable(simulator.state())
    simulator.edit(state.made)
    assert comparable(simulator.state()) == made, f"{state.name}: `made` does not say what is live after the `up`"
    document["deployment"]["manifest"] = {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""}
    for resource in resources(document):
        for key in ONCE_ONLY:
            resource.pop(key, None)
    return document


def unused_options(document: dict[str, Any]) -> list[str]:
    """Return the arguments that no resource of the state was given; those of components are not recorded."""
    return [
        f"{kind}.{argument.name}"
        for kind in (*KINDS, *SETS)
        for argument in fields(getattr(aem_mail, f"{kind}Args"))
        if not any(argument.name in one["inputs"] for one in resources(document) if one["type"].endswith(f":{kind}"))
    ]


def comparable(state: World) -> World:
    """Return the simulator's state without times, and with variables in one order."""
    for program in state["programs"].values():
        for infrastructure in program["infrastructures"]:
            for key in ONCE_ONLY:
                infrastructure.pop(key, None)
        for environment in program["environments"].values():
            environment["variables"].sort(key=lambda one: (one["name"], one["service"] or ""))
    return state


if __name__ == "__main__":
    main()
