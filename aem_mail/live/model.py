"""What is there, as values: an environment and a program as everybody sees them, and what asking Cloud Manager about them brought."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from aem_mail.errors import AemMailError
from aem_mail.live.absence import EnvironmentGone
from aem_mail.model import AdvancedNetworking, Environment, NetworkInfrastructure, Program, Variable
from aem_mail.model.statuses import GONE

T = TypeVar("T")


class NotRead(AemMailError):
    """Nobody asked for it, which must not look like having found nothing."""

    exit_code = 3


NOT_READ: Final = NotRead("Nothing was read of it.")


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
class LiveProgram:
    """One program's network infrastructures. ``sandbox`` and ``status`` are None where nobody asked.

    ``users`` are others' environments that use them.
    """

    infrastructures: tuple[NetworkInfrastructure, ...] = ()
    sandbox: bool | None = None
    users: tuple[Environment, ...] = ()
    status: str | None = None

    @property
    def is_going(self) -> bool:
        """Whether the program is deleted, or is being deleted."""
        return self.status in GONE

    def in_region(self, region: str) -> NetworkInfrastructure | None:
        """Return the infrastructure in a region, if there is one."""
        return next((one for one in self.infrastructures if one.region == region and one.status not in GONE), None)


@dataclass(frozen=True, slots=True)
class LiveEnvironment:
    """One environment, its networking document and its variables; ``program`` is empty where programs are kept by themselves."""

    environment: Environment
    networking: AdvancedNetworking = field(default_factory=lambda: AdvancedNetworking(enabled=False))
    variables: tuple[Variable, ...] = ()
    program: LiveProgram = field(default_factory=LiveProgram)

    @property
    def lasting(self) -> "LiveEnvironment":
        """The same without the infrastructures and variables that are deleted, or are being deleted."""
        infrastructures = tuple(one for one in self.program.infrastructures if one.status not in GONE)
        variables = tuple(one for one in self.variables if one.status not in GONE)
        return replace(self, variables=variables, program=replace(self.program, infrastructures=infrastructures))


@dataclass(frozen=True, slots=True)
class ProgramAnswers:
    """What asking about one program brought, of each part its value or why it could not be read; ``program`` None: nobody asked."""

    infrastructures: tuple[NetworkInfrastructure, ...] | AemMailError
    program: Program | AemMailError | None = None

    @property
    def errors(self) -> tuple[AemMailError, ...]:
        """What could not be read, and why."""
        return _errors((self.program, self.infrastructures))

    @property
    def live(self) -> LiveProgram | AemMailError:
        """The program where every question was answered, else the first error."""
        if isinstance(self.infrastructures, AemMailError):
            return self.infrastructures
        if isinstance(self.program, AemMailError):
            return self.program
        if self.program is None:
            return LiveProgram(self.infrastructures)
        return LiveProgram(self.infrastructures, self.program.sandbox, status=self.program.status)


@dataclass(frozen=True, slots=True)
class EnvironmentAnswers:
    """What asking about one environment brought: of each part its value or why it could not be read, NOT_READ where nobody asked.

    In the place of an environment that is not there stands the proof; where that or another error does, nothing else was asked.
    """

    environment: Environment | AemMailError
    networking: AdvancedNetworking | AemMailError = NOT_READ
    variables: tuple[Variable, ...] | AemMailError = NOT_READ

    @property
    def found(self) -> Environment | None:
        """The environment, where it could be read."""
        return self.environment if isinstance(self.environment, Environment) else None

    @property
    def gone(self) -> bool:
        """Whether it is proven not to be there."""
        return isinstance(self.environment, EnvironmentGone)

    @property
    def errors(self) -> tuple[AemMailError, ...]:
        """What was asked for and could not be read, and why."""
        return tuple(one for one in _errors((self.environment, self.networking, self.variables)) if one is not NOT_READ)

    def live(self, program: LiveProgram) -> LiveEnvironment | AemMailError:
        """Return the environment with its program where all of it was read, else the first error."""
        if isinstance(self.environment, AemMailError):
            return self.environment
        if isinstance(self.networking, AemMailError):
            return self.networking
        if isinstance(self.variables, AemMailError):
            return self.variables
        return LiveEnvironment(self.environment, self.networking, self.variables, program)


def known(answer: T | AemMailError) -> T:
    """Return what was answered. Raises what kept it from being."""
    if isinstance(answer, AemMailError):
        raise answer
    return answer


def _errors(answers: Iterable[object]) -> tuple[AemMailError, ...]:
    return tuple(one for one in answers if isinstance(one, AemMailError))
