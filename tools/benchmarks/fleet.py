"""Many environments from one: stacks and live environments copied from those that one `pulumi up` made."""

import copy
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from tools.benchmarks.lab import Lab
from tools.benchmarks.pace import SHORT
from tools.benchmarks.programs import PROGRAM
from tools.benchmarks.project import STACK, Project
from tools.benchmarks.simulated import Simulated

TEMPLATE: Final = "20001"
TEXT: Final = f"""\
from pathlib import Path

import pulumi
from aem_mail import *

for E in Path(f"{{pulumi.get_stack()}}.ids").read_text().split():
    AdvancedNetworking(f"{{E}}-networking", AdvancedNetworkingArgs("{PROGRAM}", E))
    PortForward(f"{{E}}-rule", PortForwardArgs("{PROGRAM}", E, "smtp.example.com", 465))
    SecretEnvVar(f"{{E}}-username", SecretEnvVarArgs("{PROGRAM}", E, "EMAIL_USERNAME", "apikey"))
    SecretEnvVar(f"{{E}}-password", SecretEnvVarArgs("{PROGRAM}", E, "EMAIL_PASSWORD", "password123"))
"""
"""What mail needs as a rule, in each of the environments that a file beside the program names for the stack."""


class Fleet:
    """A project whose stacks are copies of one that was brought up, and a simulator whose environments are copies of that one's."""

    def __init__(self, project: Project, simulator: Simulated) -> None:
        self.project = project
        self._simulator = simulator
        self._stacks = project.folder / "backend" / ".pulumi" / "stacks" / "benchmark"

    def environments(self, number: int) -> list[str]:
        """Let there be so many environments, all alike; return their ids."""
        state = self._simulator.control("GET", "state")
        there = state["programs"][PROGRAM]["environments"]
        ids = [str(50000 + place) for place in range(number)]
        there |= {id_: copy.deepcopy(there[TEMPLATE]) for id_ in ids}
        self._simulator.control("PUT", "state", state)
        return ids

    def stack(self, name: str, ids: Sequence[str]) -> None:
        """Let there be a stack that has these environments, as if `pulumi up` had made it."""
        text = (self._stacks / f"{STACK}.json").read_text(encoding="utf-8")
        recorded = json.loads(text.replace(f":{STACK}::", f":{name}::").replace(f"::benchmark-{STACK}", f"::benchmark-{name}"))
        recorded["checkpoint"]["stack"] = f"organization/benchmark/{name}"
        latest = recorded["checkpoint"]["latest"]
        latest["resources"] = [one for resource in latest["resources"] for one in _copies(resource, ids)]
        (self._stacks / f"{name}.json").write_text(json.dumps(recorded), encoding="utf-8")
        folder = self.project.folder
        (folder / f"Pulumi.{name}.yaml").write_bytes((folder / f"Pulumi.{STACK}.yaml").read_bytes())
        (folder / f"{name}.ids").write_text("\n".join(ids), encoding="utf-8")


@contextmanager
def fleet(lab: Lab) -> Iterator[Fleet]:
    """Bring up the one environment that all others are copied from."""
    ids = f"from pathlib import Path\n\nPath('{STACK}.ids').write_text('{TEMPLATE}')\n"
    with lab.deployed(ids + TEXT, SHORT) as (project, simulator):
        project.program(TEXT)
        yield Fleet(project, simulator)


def _copies(resource: dict[str, Any], ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return a resource of each environment; what belongs to none is there once."""
    text = json.dumps(resource)
    return [json.loads(text.replace(TEMPLATE, id_)) for id_ in ids] if TEMPLATE in text else [resource]
