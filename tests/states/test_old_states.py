"""States that earlier versions of this package wrote, kept as files, can be read, refreshed and destroyed by this one.

A file is what `pulumi stack export --show-secrets` gave after `programs.PROGRAM`, without paths and times; its secrets are
invented. A version that records something new keeps the files of the ones before it, and adds one.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.flow.conftest import Simulator
from tests.flow.seeds import enabled, secret, string
from tests.flow.stack import Stack
from tests.states.programs import PROGRAM
from tests.vpn import SHARED_KEY, infrastructure

pytestmark = [pytest.mark.flow, pytest.mark.time_scale(6000)]

FILES: Final = sorted(Path(__file__).parent.glob("state-*.json"))
FILE: Final = "osgiconfig/config/com.day.cq.mailer.DefaultMailService.cfg.json"
LATER: Final = frozenset({"state_version", "verified", "fingerprint", "status", "type"})
"""Outputs that a still older version might not have recorded."""


def live(state: dict[str, Any]) -> None:
    """Make the simulator what the states say."""
    program = state["programs"]["10001"]
    program["infrastructures"] = [infrastructure()]
    program["environments"]["20001"].update(
        advancedNetworking=enabled((30465, "smtp.example.com", 465), hosts=("intra.example.com",)),
        variables=[
            string("MAIL_FROM", "noreply@wknd.site", "author"),
            secret("EMAIL_PASSWORD", "password123"),
            secret("EMAIL_USERNAME", "apikey-by-reference"),
        ],
    )


def imported(stack: Stack, simulator: Simulator, document: dict[str, Any]) -> Stack:
    """Return the stack with that state, beside the things that it speaks of."""
    simulator.edit(live)
    simulator.forget_journal()
    stack.env["SMTP_USER"] = "apikey-by-reference"
    stack.watch.add(SHARED_KEY, "apikey-by-reference")
    file = stack.folder / FILE
    file.parent.mkdir(parents=True)
    content = next(one["outputs"]["content"] for one in document["deployment"]["resources"] if one["type"].endswith("aem:OsgiConfig"))
    file.write_text(content)
    export = stack.folder.parent / "export.json"
    export.write_text(json.dumps(document))
    stack.run("stack", "import", "--file", str(export))
    return stack.program(PROGRAM)


def without_what_came_later(document: dict[str, Any]) -> dict[str, Any]:
    for resource in document["deployment"]["resources"]:
        resource["outputs"] = {name: value for name, value in resource.get("outputs", {}).items() if name not in LATER}
    return document


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_old_state_is_no_change(file: Path, stack: Stack, simulator: Simulator) -> None:
    imported(stack, simulator, json.loads(file.read_text()))

    stack.preview("--refresh", "--expect-no-changes")
    stack.up("--expect-no-changes")

    assert simulator.mutations() == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_old_state_can_be_destroyed(file: Path, stack: Stack, simulator: Simulator) -> None:
    imported(stack, simulator, json.loads(file.read_text()))

    stack.destroy()

    assert stack.resources() == []
    assert sorted(simulator.mutations()) == ["DELETE advancedNetworking", "DELETE networkInfrastructure", "PATCH variables"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_state_that_lacks_what_came_later_is_refreshed_brought_up_to_date_and_destroyed(
    file: Path, stack: Stack, simulator: Simulator
) -> None:
    imported(stack, simulator, without_what_came_later(json.loads(file.read_text())))

    stack.refresh()
    stack.up()
    stack.up("--expect-no-changes")
    stack.destroy()

    assert stack.resources() == []
    assert simulator.environment()["variables"] == []


def test_every_kind_of_resource_is_among_the_states() -> None:
    for file in FILES:
        kinds = {one["type"].rsplit(":", 1)[1] for one in json.loads(file.read_text())["deployment"]["resources"]}
        assert kinds >= {"NetworkInfrastructure", "AdvancedNetworking", "PortForward", "EnvVar", "SecretEnvVar", "OsgiConfig"}
