"""The mistakes that keep AEM from sending mail, one function and one id each; pure, before anything is changed."""

from collections.abc import Mapping
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
from aem_mail.checks.subject import Declaration, DeclaredVariable, ProjectFile, Subject, TierConfiguration

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
    """Return what is wrong, by id; a check that lacks something it needs finds nothing (`Check.missing` says so)."""
    return [finding for one in CHECKS.values() for finding in one.run(subject)]
