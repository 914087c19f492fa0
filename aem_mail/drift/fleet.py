"""The whole of a run: its stacks, their programs and environments, and every finding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aem_mail.checks.checked import Checked
from aem_mail.checks.finding import Severity
from aem_mail.checks.ignores import counted
from aem_mail.drift.finding import DriftFinding, Impact
from aem_mail.model import Environment, EnvironmentId
from aem_mail.model.drift_classes import DriftClass
from aem_mail.stack.recorded import RecordedResource

CLEAN: Final = 0
DRIFTED: Final = 2
UNKNOWN_CODES: Final = (10, 30, 40, 3)
"""Exit codes of what could not be read, worst first."""


@dataclass(frozen=True, slots=True)
class StackReport:
    """One stack: what it has recorded, and what else there is to say of it. ``error`` tells why it could not be read."""

    name: str
    resources: tuple[RecordedResource, ...] = ()
    notes: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class EnvironmentReport:
    """One environment and the stacks that have something in it.

    ``live`` is None where it could not be read or is gone. ``checked`` are the findings of the checks, None where the environment could
    not be read. ``cost`` is what `pulumi up --refresh` would send it, all stacks together.
    """

    environment: EnvironmentId
    stacks: tuple[str, ...]
    live: Environment | None = None
    checked: Checked | None = None
    cost: Impact = field(default_factory=Impact)


@dataclass(frozen=True, slots=True)
class DriftReport:
    """A run's result, sorted: stacks by name, environments and programs by id, findings by place, kind and id.

    ``cost`` is what `pulumi up --refresh` of all stacks would send, environments side by side, ignored findings included, since it
    fixes those too; ``program_asked`` tells whether ``--program`` was given.
    """

    stacks: tuple[StackReport, ...]
    programs: tuple[str, ...]
    environments: tuple[EnvironmentReport, ...]
    findings: tuple[DriftFinding, ...]
    cost: Impact = field(default_factory=Impact)
    program_asked: bool = False

    def of_class(self, drift_class: DriftClass) -> tuple[DriftFinding, ...]:
        """Return the findings of one class that are not ignored."""
        return tuple(one for one in self.findings if one.drift_class is drift_class and one.ignored is None)

    @property
    def summary(self) -> Mapping[str, int]:
        """Count the findings by class, those that are ignored by themselves, and the errors of the checks."""
        return {
            **{str(one): len(self.of_class(one)) for one in DriftClass},
            "ignored": sum(one.ignored is not None for one in self.findings),
            "failedChecks": self.failed_checks,
        }

    @property
    def failed_checks(self) -> int:
        """How many errors of the checks count."""
        return sum(counted(one.checked.judged, Severity.ERROR) for one in self.environments if one.checked is not None)

    @property
    def exit_code(self) -> int:
        """2 where something drifted or a check failed; else the code of what could not be read; else 0."""
        if self.failed_checks or any(one.counts for one in self.findings):
            return DRIFTED
        codes: set[Any] = {one.exit_code for one in self.of_class(DriftClass.UNKNOWN)}
        return next((code for code in UNKNOWN_CODES if code in codes), max(codes, default=CLEAN))
