"""A report of the checks as SARIF 2.1.0, which code scanning and editors read."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from aem_mail.checks import CHECKS, Check
from aem_mail.reports.document import Document, Entry, Group, Location, Outcome
from aem_mail.reports.mail_path.model import OF_SEVERITY, State
from aem_mail.text.characters import visible

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT: Final = "SRCROOT"
"""Stands for the folder that paths are relative to, so that a report is the same on every machine."""
FINGERPRINT: Final = "aemMailFinding/v1"
LEVELS: Final[Mapping[State, str]] = {State.ERROR: "error", State.WARNING: "warning", State.INFO: "note"}
NUMBERS: Final[Mapping[str, int]] = {id_: number for number, id_ in enumerate(CHECKS)}

Json = dict[str, Any]


def to_sarif(document: Document, root: Path, stack_file: Path | None = None) -> Json:
    """Write the report as one run.

    ``root`` is the folder that paths are relative to, an absolute path; a file elsewhere has its whole address. A finding in no file
    of the AEM project, or in one that is written nowhere, is placed at ``stack_file``, where a stack declares the environment, and
    without that has a logical location only.
    """
    results = [result for group in document.groups for result in _Results(group, root, stack_file).all()]
    driver = {"name": "aem-mail", "semanticVersion": version("aem-mail"), "rules": list(map(_rule, CHECKS.values()))}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"{document.title}/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository, or the folder of the stack."}}},
        "invocations": [_invocation(document)],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


class _Results:
    """Writes the findings of one environment."""

    def __init__(self, group: Group, root: Path, stack_file: Path | None) -> None:
        self._group = group
        self._root = root
        self._stack = () if stack_file is None else (Location(stack_file, 1),)
        self._told: Counter[tuple[Any, ...]] = Counter()

    def all(self) -> list[Json]:
        return [self._result(entry) for entry in self._group.entries if entry.outcome is not Outcome.ERROR]

    def _result(self, entry: Entry) -> Json:
        ignored = entry.outcome is Outcome.SKIPPED
        first, *others = [self._physical_location(location) for location in entry.locations or self._stack] or [{}]
        return {
            "ruleId": entry.key,
            "ruleIndex": NUMBERS[entry.key],
            "level": LEVELS[entry.level],
            "message": _message(f"{entry.where}: {entry.text} {entry.fix} ({self._group.name})", "" if ignored else entry.note),
            "locations": [first | {"logicalLocations": [_logical_location(self._group, entry.where)]}],
            "relatedLocations": others,
            "partialFingerprints": {FINGERPRINT: self._fingerprint(entry)},
            "suppressions": [{"kind": "external", "status": "accepted", "justification": visible(entry.note)}] if ignored else [],
        }

    def _physical_location(self, location: Location) -> Json:
        return {"physicalLocation": {"artifactLocation": _address(location.path, self._root), "region": {"startLine": location.line}}}

    def _fingerprint(self, entry: Entry) -> str:
        """Tell a finding from every other one by what stays when its text changes."""
        self._told[entry.identity] += 1
        return hashlib.sha256(json.dumps((*entry.identity, self._told[entry.identity])).encode()).hexdigest()


def _rule(check: Check) -> Json:
    facts = [f"{name}: {fact}" for name, fact in check.facts]
    markdown = "\n".join(f"- {fact}" for fact in facts)
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.explanation},
        "help": {"text": "\n".join((*facts, f"See docs/checks.md#{check.id.lower()}.")), "markdown": markdown},
        "defaultConfiguration": {"level": LEVELS[OF_SEVERITY[check.severity]]},
    }


def _invocation(document: Document) -> Json:
    return {
        "executionSuccessful": document.count(State.UNKNOWN) == 0,
        "exitCode": document.exit_code,
        "toolExecutionNotifications": [notification for group in document.groups for notification in _notifications(group)],
    }


def _notifications(group: Group) -> Iterator[Json]:
    locations = [{"logicalLocations": [_logical_location(group)]}]
    for entry in group.entries:
        if entry.outcome is Outcome.ERROR:
            yield {"level": "error", "message": _message(f"{group.name}: {entry.text}"), "locations": locations}
    for note in group.notes:
        yield {"level": "warning", "message": _message(f"{group.name}: {note}"), "locations": locations}
    for one in group.skipped:
        message = _message(f"{one.key} was not run for {group.name}: {one.reason}.")
        yield {"level": "note", "message": message, "locations": locations, "associatedRule": {"id": one.key, "index": NUMBERS[one.key]}}


def _logical_location(group: Group, where: str = "") -> Json:
    parts = list(map(visible, filter(None, (group.place, group.title, where))))
    return {"name": parts[-1], "fullyQualifiedName": "/".join(parts), "kind": "resource"}


def _message(*sentences: str) -> Json:
    """Return a message; what others wrote is no link in it."""
    return {"text": visible(" ".join(filter(None, sentences))).replace("](", "] (")}


def _address(path: Path, root: Path) -> Json:
    if path.is_relative_to(root):
        return {"uri": quote(path.relative_to(root).as_posix(), errors="replace"), "uriBaseId": ROOT}
    return {"uri": Path(str(path).encode(errors="replace").decode()).as_uri()}
