"""The list of checks: a decorator enters each function under its id, with what the documentation says of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aem_mail.checks.finding import Fault, Finding, Severity
from aem_mail.checks.subject import PROD, Subject

Function = Callable[[Subject], Iterator[Fault]]

LIVE: Final = "the live environment"
VARIABLES: Final = "the variables of the live environment, or of a file"
CONFIGURATION: Final = "an AEM project, or a rendered configuration"
DECLARATION: Final = "a declaration"
SIBLINGS: Final = "other environments of the program"
PRODUCTION: Final = "the program's production environment, checked with it"
THERE: Final[Mapping[str, Callable[[Subject], bool]]] = {
    LIVE: lambda subject: subject.live is not None,
    VARIABLES: lambda subject: subject.knows_variables,
    CONFIGURATION: lambda subject: bool(subject.tiers),
    DECLARATION: lambda subject: subject.declaration is not None,
    SIBLINGS: lambda subject: bool(subject.others),
    PRODUCTION: lambda subject: subject.environment_type == PROD or bool(subject.production),
}
"""Whether what a check may need is there."""


@dataclass(frozen=True, slots=True)
class Check:
    """One mistake that can be found: ``symptom`` is what is seen in AEM, ``source`` where the mistake is known from.

    ``needs`` names what the check cannot do without (LIVE, VARIABLES, CONFIGURATION, …). Where ``network`` is set, what a preflight saw is
    enough.
    """

    id: str
    severity: Severity
    title: str
    symptom: str
    source: str
    needs: tuple[str, ...]
    function: Function
    network: bool = False

    def missing(self, subject: Subject) -> tuple[str, ...]:
        """Return what the check needs and the subject lacks."""
        if self.network and subject.network is not None:
            return ()
        return tuple(need for need in self.needs if not THERE[need](subject))

    def run(self, subject: Subject) -> list[Finding]:
        """Return what is wrong, each thing once; nothing where something that it needs is missing."""
        if self.missing(subject):
            return []
        faults = dict.fromkeys(self.function(subject))
        return list(map(self._finding, faults))

    @property
    def explanation(self) -> str:
        """What the check compares: the function's docstring."""
        return " ".join((self.function.__doc__ or "").split())

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What there is to know of the check, each with its name, in Markdown."""
        needs = " and ".join(self.needs) or "the declaration alone"
        return (("Symptom", self.symptom), ("Checked", self.explanation), ("Needs", needs), ("Source", self.source))

    def _finding(self, fault: Fault) -> Finding:
        return Finding(self.id, fault.severity or self.severity, fault.place, fault.effect, fault.fix)


ENTERED: Final[dict[str, Check]] = {}


def check(
    id: str,  # noqa: A002 - the field's name
    severity: Severity,
    title: str,
    *,
    symptom: str,
    source: str,
    needs: tuple[str, ...] = (),
    network: bool = False,
) -> Callable[[Function], Function]:
    """Enter a function as the check of that id."""

    def entered(function: Function) -> Function:
        if id in ENTERED:
            raise ValueError(f"two checks are called {id}")
        ENTERED[id] = Check(id, severity, title, symptom, source, needs, function, network)
        return function

    return entered
