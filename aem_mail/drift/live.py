"""What was read of a fleet's programs, environments and files: values, and an error where a read failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aem_mail.errors import AemMailError
from aem_mail.model import AdvancedNetworking, Environment, EnvironmentId, NetworkInfrastructure, Variable
from aem_mail.rollout import live_values
from aem_mail.stack.recorded import RecordedResource

Infrastructures = Sequence[NetworkInfrastructure]
Read = Any
"""What a read brought: its value, None where the thing is proven to be gone, or an AemMailError."""


class Unread(AemMailError):
    """A file cannot be compared here; the text says why, and what would let it."""

    exit_code = 3


NOT_READ: Final = Unread("Nothing was read of it.")
"""Stands for a read that was never made, which must not look like one that found nothing."""


class OutOfReach(AemMailError):
    """Nothing can be read of an organization: its Cloud Manager was never reached."""

    exit_code = 30

    def __init__(self, message: str, org_id: str) -> None:
        self.org_id = org_id
        super().__init__(message)


class NoEntry(OutOfReach):
    """Nothing can be read of an organization: its credential is refused."""

    exit_code = 10


@dataclass(frozen=True, slots=True)
class LiveEnvironment:
    """One environment; with ``environment`` None it is proven to be gone, with an error there the others were not asked for."""

    environment: Environment | AemMailError | None
    networking: AdvancedNetworking | AemMailError | None = None
    variables: Sequence[Variable] | AemMailError | None = None

    @property
    def found(self) -> Environment | None:
        """The environment, where it could be read."""
        return self.environment if isinstance(self.environment, Environment) else None


@dataclass(frozen=True, slots=True)
class Source:
    """The read that a resource depends on: the kind and the id under which a failure of it is reported."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Live:
    """Everything that was read; ``files`` by the id of their OsgiConfig: the text, None where it is gone, or an error."""

    environments: Mapping[EnvironmentId, LiveEnvironment] = field(default_factory=dict)
    programs: Mapping[str, Infrastructures | AemMailError] = field(default_factory=dict)
    files: Mapping[str, str | AemMailError | None] = field(default_factory=dict)

    def read_of(self, resource: RecordedResource) -> tuple[Source, Read]:
        """Return which read a resource depends on, and what that brought."""
        source, read = self._read_of(resource)
        return (Source("CloudManager", read.org_id) if isinstance(read, OutOfReach) else source), read

    def _read_of(self, resource: RecordedResource) -> tuple[Source, Read]:
        if resource.kind == "OsgiConfig":
            return Source(resource.kind, resource.id), self.files.get(resource.id, NOT_READ)
        if resource.kind == "NetworkInfrastructure":
            program_id = str(resource.inputs.get("program_id"))
            return Source(resource.kind, program_id), self.programs.get(program_id, NOT_READ)
        environment = environment_of(resource)
        there = LiveEnvironment(NOT_READ) if environment is None else self.environments.get(environment, LiveEnvironment(NOT_READ))
        if isinstance(there.environment, AemMailError):
            return Source("Environment", place_id(environment)), there.environment
        networked = resource.kind in {"AdvancedNetworking", "PortForward"}
        source = Source("AdvancedNetworking" if networked else "Variables", place_id(environment))
        return source, there.networking if networked else there.variables


def values_of(resource: RecordedResource, recorded: Mapping[str, Any], read: Read) -> Mapping[str, Any] | None:
    """Return the live values of what is declared, None where the thing is gone."""
    match resource.kind:
        case "NetworkInfrastructure":
            return live_values.network_infrastructure(recorded, read or ())
        case "AdvancedNetworking":
            return live_values.advanced_networking(recorded, read)
        case "PortForward":
            return live_values.port_forward(recorded, read)
        case "OsgiConfig":
            return None if read is None else {"content": read}
        case kind:
            return live_values.variable(kind, recorded, read)


def environment_of(resource: RecordedResource) -> EnvironmentId | None:
    """Return the environment that a resource belongs to; None for a network infrastructure and a file."""
    program_id, environment_id = resource.inputs.get("program_id"), resource.inputs.get("environment_id")
    if not isinstance(program_id, str) or not isinstance(environment_id, str):
        return None
    return EnvironmentId(program_id, environment_id)


def place_id(environment: EnvironmentId | None) -> str:
    """Write an environment as an id: ``10001/20001``."""
    return "" if environment is None else f"{environment.program_id}/{environment.environment_id}"
