"""What was read of a fleet's programs, environments and files: values, and an error where a read failed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from aem_mail.checks.place import Place, PlaceKind
from aem_mail.errors import AemMailError
from aem_mail.kinds import ResourceKind, Scope, kind_named
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.kind import LiveValues
from aem_mail.live.model import NOT_READ, EnvironmentAnswers, OutOfReach, ProgramAnswers
from aem_mail.model import EnvironmentId, Properties
from aem_mail.stack.recorded import RecordedResource

T = TypeVar("T")
Read = Callable[[Properties], LiveValues | None]
"""From what is recorded of a resource to the live values of what is declared, None where the thing is gone."""

NOTHING_READ: Final = EnvironmentAnswers(NOT_READ)


class Unread(AemMailError):
    """A file cannot be compared here; the text says why, and what would let it."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Source:
    """The read that a resource depends on: the kind and the id under which a failure of it is reported, and what stays unknown then."""

    kind: str
    id: str
    place: Place | None = None
    program_id: str | None = None
    environment_id: str | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """Everything that was read; ``files`` by the id of their OsgiConfig: the text, None where it is gone, or an error.

    ``published`` are the commands that publish files, by the id of their OsgiConfig: the repository has them, not this checkout.
    """

    environments: Mapping[EnvironmentId, EnvironmentAnswers] = field(default_factory=dict)
    programs: Mapping[str, ProgramAnswers] = field(default_factory=dict)
    files: Mapping[str, str | AemMailError | None] = field(default_factory=dict)
    published: Mapping[str, str] = field(default_factory=dict)

    def read_of(self, resource: RecordedResource) -> tuple[Source, Read | AemMailError]:
        """Return which read a resource depends on, and what that brought."""
        source, read = self._read_of(resource)
        return (Source("CloudManager", read.org_id) if isinstance(read, OutOfReach) else source), read

    def _read_of(self, resource: RecordedResource) -> tuple[Source, Read | AemMailError]:
        kind = kind_named(resource.kind)
        if kind.scope is Scope.PROJECT:
            source = Source(resource.kind, resource.id, Place(PlaceKind.FILE, (resource.id,)))
            return source, _read(self.files.get(resource.id, NOT_READ), kind.live_values)
        if kind.scope is Scope.PROGRAM:
            program_id = str(resource.inputs.get("program_id"))
            there = self.programs.get(program_id, ProgramAnswers(NOT_READ))
            source = Source(resource.kind, program_id, Place(PlaceKind.NETWORK_INFRASTRUCTURE), program_id)
            return source, _read(there.infrastructures, kind.live_values)
        environment = environment_of(resource)
        return _in_environment(kind, environment, self._answers(environment))

    def _answers(self, environment: EnvironmentId | None) -> EnvironmentAnswers:
        return NOTHING_READ if environment is None else self.environments.get(environment, NOTHING_READ)


def environment_of(resource: RecordedResource) -> EnvironmentId | None:
    """Return the environment that a resource belongs to; None for a network infrastructure and a file."""
    program_id, environment_id = resource.inputs.get("program_id"), resource.inputs.get("environment_id")
    if not isinstance(program_id, str) or not isinstance(environment_id, str):
        return None
    return EnvironmentId(program_id, environment_id)


def place_id(environment: EnvironmentId | None) -> str:
    """Write an environment as an id: ``10001/20001``."""
    return "" if environment is None else f"{environment.program_id}/{environment.environment_id}"


def _in_environment(kind: ResourceKind, environment: EnvironmentId | None, there: EnvironmentAnswers) -> tuple[Source, Read | AemMailError]:
    if there.gone:
        return _source("Environment", PlaceKind.ENVIRONMENT, environment), _gone
    if isinstance(there.environment, AemMailError):
        return _source("Environment", PlaceKind.ENVIRONMENT, environment), there.environment
    if kind.scope is Scope.VARIABLES:
        return _source("Variables", PlaceKind.VARIABLES, environment), _read(there.variables, kind.live_values)
    return _source(ADVANCED_NETWORKING.name, PlaceKind.ADVANCED_NETWORKING, environment), _read(there.networking, kind.live_values)


def _source(kind: str, place: PlaceKind, environment: EnvironmentId | None) -> Source:
    """Return the read of an environment that a resource depends on; one whose environment is not known has none."""
    ids = (None, None) if environment is None else (environment.program_id, environment.environment_id)
    return Source(kind, place_id(environment), Place(place), *ids)


def _read(answer: T | AemMailError, values: Callable[[Properties, T], LiveValues | None]) -> Read | AemMailError:
    if isinstance(answer, AemMailError):
        return answer
    there: T = answer
    return lambda recorded: values(recorded, there)


def _gone(_: Properties) -> None:
    """Say that it went with its environment."""
