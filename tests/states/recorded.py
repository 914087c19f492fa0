"""A recorded state, and what a test has to put around it: settings, files, repositories, and what was live."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aem_mail.publishing.request import Request
from tests.flow.conftest import Simulator
from tests.flow.stack import Stack
from tests.publishing.origin import Origin
from tests.tools.engine.command_plugins import real, stand_in

HERE: Final = Path(__file__).parent
KINDS: Final = ("NetworkInfrastructure", "AdvancedNetworking", "PortForward", "EnvVar", "SecretEnvVar", "OsgiConfig")
SETS: Final = ("PortForwards", "EnvVars")
"""Kinds that came with the third state."""
OF_A_MACHINE: Final = re.compile(r"/(?:tmp|home|root|Users|work|private|var)/|127\.0\.0\.1|localhost:")

World = dict[str, Any]
"""The simulator's state, as `/_sim/state` has it."""


def nothing(_: World) -> None:
    """Leave the simulator as it is seeded."""


@dataclass(frozen=True)
class Recorded:
    """The state ``tests/states/<name>.json``.

    ``found`` makes the simulator what the recorded `up` found, ``made`` then what that left behind, and ``left`` what remains of it all
    after a `destroy`, whose changes are ``destroyed``, sorted. ``settings`` and ``secret_settings`` are the stack's configuration by
    path, ``environ`` is what references read. ``files`` are written beside Pulumi.yaml. ``repositories`` maps addresses to the folder
    beside Pulumi.yaml in which a repository stands for each.
    """

    name: str
    program: str
    made: Callable[[World], None]
    destroyed: tuple[str, ...]
    found: Callable[[World], None] = nothing
    left: Callable[[World], None] = nothing
    secrets: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    secret_settings: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    repositories: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return HERE / f"{self.name}.json"

    def document(self) -> dict[str, Any]:
        """Return the recorded export."""
        document: dict[str, Any] = json.loads(self.path.read_text())
        return document

    def surroundings(self, stack: Stack) -> dict[str, Origin]:
        """Give the stack what the program needs; return the repositories by their address."""
        origins = {address: Origin(_folder(stack.folder / folder)) for address, folder in self.repositories.items()}
        stack.env |= {**self.environ, **_git_configuration(origins), "PATH": f"{real() or stand_in()}{os.pathsep}{stack.env['PATH']}"}
        for path, text in self.files.items():
            _write(stack.folder / path, text)
        if self.settings:
            pairs = [f"{key}={value}" for key, value in self.settings.items()]
            stack.run("config", "set-all", "--path", *(word for pair in pairs for word in ("--plaintext", pair)))
        for key, value in self.secret_settings.items():
            command = ["pulumi", "--cwd", str(stack.folder), "config", "set", "--path", "--secret", key]
            subprocess.run(command, env=stack.env, input=value, text=True, check=True, capture_output=True)
        stack.program(self.program)
        return origins

    def imported(self, stack: Stack, simulator: Simulator, document: Mapping[str, Any]) -> dict[str, Origin]:
        """Give the stack that state, beside everything that it speaks of; return the repositories by their address."""
        stack.watch.add(*self.secrets)
        origins = self.surroundings(stack)
        simulator.edit(self.found)
        simulator.edit(self.made)
        simulator.forget_journal()
        for path, (text, _) in written_files(document).items():
            _write(stack.folder / path, text)
        for request in pushed_files(document):
            origins[request.place.repository].write(request.files)
        export = stack.folder.parent / "export.json"
        export.write_text(json.dumps(document))
        stack.run("stack", "import", "--file", str(export))
        return origins

    def world_after_destroy(self, simulator: Simulator) -> World:
        """Return what the simulator holds once what this stack made is gone, and leave it as that."""
        simulator.http.post("/_sim/reset").raise_for_status()
        simulator.edit(self.found)
        simulator.edit(self.left)
        return simulator.state()


def resources(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["deployment"]["resources"]
    return found


def kinds(document: Mapping[str, Any]) -> set[str]:
    """Return what kinds of resources are recorded, without the package: OsgiConfig, MailEgress, Command…"""
    return {one["type"].rsplit(":", 1)[1] for one in resources(document)}


def of_a_machine(text: str) -> list[str]:
    """Return the paths and addresses in a state's text that only the machine has on which it was written."""
    return sorted(set(OF_A_MACHINE.findall(text)))


def written_files(document: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """Return the OSGi configurations that lie beside Pulumi.yaml, by path: their text, and whether they go with their resource."""
    outputs = [one["outputs"] for one in resources(document) if one["type"].endswith("aem:OsgiConfig")]
    return {one["path"]: (one["content"], one["delete_file"]) for one in outputs}


def pushed_files(document: Mapping[str, Any]) -> list[Request]:
    """Return what was asked of the repositories."""
    commands = [one for one in resources(document) if one["type"] == "command:local:Command" and "delete" in one["inputs"]]
    return [Request.from_json(one["inputs"]["stdin"]) for one in commands]


def _git_configuration(origins: Mapping[str, Origin]) -> dict[str, str]:
    """Have Git take each repository where it stands, whatever its address."""
    variables = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": str(len(origins))}
    for number, (address, origin) in enumerate(origins.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": f"url.{origin.path}.insteadOf", f"GIT_CONFIG_VALUE_{number}": address}
    return variables


def _folder(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
