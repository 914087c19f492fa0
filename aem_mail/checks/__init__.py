"""The mistakes that keep AEM from sending mail, one function and one id each; pure, before anything is changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from aem_mail.checks import (  # noqa: F401 - each enters its checks
    capacity,
    egress,
    environments,
    oauth,
    parity,
    presence,
    project_files,
    proxy,
    sender,
    tls,
    variables,
)
from aem_mail.checks.catalogue import ENTERED, Check
from aem_mail.checks.finding import Finding, Severity
from aem_mail.checks.place import Place
from aem_mail.checks.placeholders import readings
from aem_mail.checks.subject import Declaration, DeclaredVariable, ProjectFile, Subject, TierConfiguration
from aem_mail.text.words import listed

__all__ = [
    "CHECKS",
    "Check",
    "Declaration",
    "DeclaredVariable",
    "Finding",
    "ProjectFile",
    "Severity",
    "Subject",
    "TierConfiguration",
    "find_mistakes",
]

CHECKS: Final[Mapping[str, Check]] = MappingProxyType(dict(sorted(ENTERED.items())))
"""Every check by its id, in order."""


def find_mistakes(subject: Subject) -> list[Finding]:
    """Return what is wrong, by id; a check that lacks something it needs finds nothing (`Check.missing` says so).

    What would be wrong only where a variable is unset of which nothing is known here is an info.
    """
    found = [finding for one in CHECKS.values() for finding in one.run(subject)]
    reads = any(subject.is_unknown(reading.placeholder.name) for tier in subject.tiers for reading in readings(tier))
    return sorted([*found, *_supposed(subject, found)], key=lambda finding: finding.id) if reads else found


def _supposed(subject: Subject, found: Sequence[Finding]) -> Iterator[Finding]:
    certain = {(finding.id, finding.place) for finding in found}
    unset = replace(subject, assumes_unset=True)
    for finding in (finding for one in CHECKS.values() for finding in one.run(unset)):
        names = sorted(_unknown_at(finding.place, subject))
        if names and (finding.id, finding.place) not in certain:
            verb = "is" if len(names) == 1 else "are"
            yield replace(finding, severity=Severity.INFO, effect=f"Where {listed(names)} {verb} unset: {finding.effect}")


def _unknown_at(place: Place, subject: Subject) -> set[str]:
    """Return the variables that the properties of a place read, and of which nothing is known."""
    read = (
        reading for tier in subject.tiers for reading in readings(tier) if place.names == (reading.path,) and reading.key in place.parts
    )
    return {reading.placeholder.name for reading in read if subject.is_unknown(reading.placeholder.name)}
