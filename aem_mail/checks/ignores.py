"""Findings that somebody decided to ignore: a file of ids with reason, owner and expiry."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import yaml

from aem_mail.checks.catalogue import ENTERED
from aem_mail.checks.finding import Finding, Severity
from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import FileAbsent, FileUnusable, read_text
from aem_mail.model.drift_classes import DriftClass

FILE_NAME: Final = "aem-mail-ignore.yaml"
"""Where the file is looked for: in the folder of Pulumi.yaml."""
LARGEST_FILE: Final = 1 << 18
"""Bytes; a decision has about two hundred."""
FIELDS: Final = ("check", "reason", "owner", "expires", "where")
REQUIRED: Final = FIELDS[:4]
DRIFT: Final = re.compile(rf"drift:(?:{'|'.join(DriftClass)}|\*):.+")
"""The key of a drift finding, or a pattern for several."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """One decision: findings of that id whose place matches ``where`` (`*` stands for anything) do not count until after that day.

    ``check`` is the id of a check, or the key of a drift finding, in which `*` stands for anything too; ``where`` is then a stack.
    """

    check: str
    reason: str
    owner: str
    expires: date
    where: str = "*"

    def covers(self, id_: str, where: str) -> bool:
        return (id_ == self.check or fnmatchcase(id_, self.check)) and fnmatchcase(where, self.where)


@dataclass(frozen=True, slots=True)
class JudgedFinding:
    """A finding, with the decision that it does not count, if there is one; ``expired`` is one that counted once."""

    finding: Finding
    ignored: Ignore | None = None
    expired: Ignore | None = None


def judge(findings: Iterable[Finding], ignores: Sequence[Ignore], today: date) -> list[JudgedFinding]:
    """Return every finding, those that are ignored too; an ignore counts up to and including the day on which it expires."""
    return [JudgedFinding(finding, *decision(finding.id, finding.where, ignores, today)) for finding in findings]


def decision(id_: str, where: str, ignores: Sequence[Ignore], today: date) -> tuple[Ignore | None, Ignore | None]:
    """Return the decision by which something does not count, and, where there is none, one that has expired."""
    covering = [one for one in ignores if one.covers(id_, where)]
    valid = next((one for one in covering if today <= one.expires), None)
    return valid, next(iter(covering), None) if valid is None else None


def counted(judged: Iterable[JudgedFinding], severity: Severity) -> int:
    """Return how many findings of that severity count."""
    return sum(one.ignored is None and one.finding.severity is severity for one in judged)


def parse_ignores(text: str, source: str) -> list[Ignore]:
    """Return the decisions of a file. Raises InvalidInput with everything that is wrong with it."""
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InvalidInput(source, [Problem("", "is no YAML")]) from None
    if content is None:
        return []
    if not isinstance(content, list):
        raise InvalidInput(source, [Problem("", f"must be a list of entries with {', '.join(REQUIRED)}")])
    problems: list[Problem] = []
    for number, entry in enumerate(content, 1):
        problems += [Problem(f"entry {number}", message) for message in _faults(entry)]
    if problems:
        raise InvalidInput(source, problems)
    return [_ignore(entry) for entry in content]


def read_ignores(path: Path) -> list[Ignore]:
    """Return the decisions of a file, none where there is no file. Raises InvalidInput for one that cannot be understood."""
    try:
        text = read_text(path, LARGEST_FILE)
    except FileAbsent:
        return []
    except FileUnusable as error:
        raise InvalidInput(str(path), [Problem("", error.fault)]) from None
    return parse_ignores(text, str(path))


def _ignore(entry: Mapping[str, Any]) -> Ignore:
    check, reason, owner = (str(entry[name]) for name in REQUIRED[:3])
    return Ignore(check, reason, owner, _day(entry["expires"]) or date.min, str(entry.get("where") or "*"))


def _day(given: Any) -> date | None:
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            return None
    return given if type(given) is date else None


def _faults(entry: Any) -> list[str]:
    if not isinstance(entry, dict):
        return [f"must have {', '.join(REQUIRED)}"]
    faults = [f"has no {name}" for name in REQUIRED if not entry.get(name)]
    faults += [f"has the unknown field {name!r}; there are {', '.join(FIELDS)}" for name in entry if name not in FIELDS]
    if entry.get("check") and str(entry["check"]) not in ENTERED and DRIFT.fullmatch(str(entry["check"])) is None:
        faults.append(f"names no check, and no drift finding either: {entry['check']!r}")
    if entry.get("expires") and _day(entry["expires"]) is None:
        faults.append("has an expiry that is no date such as 2030-12-31")
    return faults
