"""What a run of the checks found, as SARIF 2.1.0, which code scanning and editors read."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from aem_mail.characters import visible
from aem_mail.checks import CHECKS, Check, Finding, Severity
from aem_mail.checks.checked import Checked, exit_code
from aem_mail.checks.ignores import Judged
from aem_mail.checks.place import Place, PlaceKind
from aem_mail.model import EnvironmentId
from aem_mail.reports.check import decision_text

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT: Final = "SRCROOT"
"""Stands for the folder that paths are relative to, so that a report is the same on every machine."""
FINGERPRINT: Final = "aemMailFinding/v1"
LEVELS: Final[Mapping[Severity, str]] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
NUMBERS: Final[Mapping[str, int]] = {id_: number for number, id_ in enumerate(CHECKS)}

Json = dict[str, Any]


def to_sarif(checked: Sequence[Checked], root: Path, stack_file: Path | None = None) -> Json:
    """Write the report as one run.

    ``root`` is the folder that paths are relative to, an absolute path; a file elsewhere has its whole address. A finding in no file
    of the AEM project, or in one that is written nowhere, is placed at ``stack_file``, where a stack declares the environment, and
    without that has a logical location only.
    """
    results = [result for one in checked for result in _Results(one, root, stack_file).all()]
    driver = {"name": "aem-mail", "semanticVersion": version("aem-mail"), "rules": list(map(_rule, CHECKS.values()))}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "aem-mail check/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository, or the folder of the stack."}}},
        "invocations": [_invocation(checked)],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


class _Results:
    """Writes the findings of one environment."""

    def __init__(self, one: Checked, root: Path, stack_file: Path | None) -> None:
        self._one = one
        self._root = root
        self._stack_file = stack_file
        self._files = {file.path: file for file in one.files}
        self._told: Counter[tuple[str, Place]] = Counter()

    def all(self) -> list[Json]:
        return list(map(self._result, self._one.judged))

    def _result(self, judged: Judged) -> Json:
        finding, environment = judged.finding, self._one.environment
        expired = decision_text(judged) if judged.expired is not None else ""
        first, *others = self._physical_locations(finding) or [{}]
        return {
            "ruleId": finding.id,
            "ruleIndex": NUMBERS[finding.id],
            "level": LEVELS[finding.severity],
            "message": _message(f"{finding.where}: {finding.effect} {finding.mend} ({environment})", expired),
            "locations": [first | {"logicalLocations": [_logical_location(environment, finding.where)]}],
            "relatedLocations": others,
            "partialFingerprints": {FINGERPRINT: self._fingerprint(finding)},
            "suppressions": list(_suppressions(judged)),
        }

    def _physical_locations(self, finding: Finding) -> list[Json]:
        place = finding.place
        files = [self._files[path] for path in place.names if path in self._files] if place.kind is PlaceKind.FILE else []
        places = [(file.folder / file.path, file.line(place.parts)) for file in files if file.folder is not None]
        stack = [] if self._stack_file is None else [(self._stack_file, 1)]
        return [self._physical_location(*place) for place in places or stack]

    def _physical_location(self, path: Path, line: int) -> Json:
        return {"physicalLocation": {"artifactLocation": _address(path, self._root), "region": {"startLine": line}}}

    def _fingerprint(self, finding: Finding) -> str:
        """Tell a finding from every other one by what stays when its text changes."""
        self._told[finding.id, finding.place] += 1
        environment = self._one.environment
        number = self._told[finding.id, finding.place]
        parts = (finding.id, environment.program_id, environment.environment_id, astuple(finding.place), number)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _rule(check: Check) -> Json:
    facts = [f"{name}: {fact}" for name, fact in check.facts]
    markdown = "\n".join(f"- {fact}" for fact in facts)
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.explanation},
        "help": {"text": "\n".join((*facts, f"See docs/checks.md#{check.id.lower()}.")), "markdown": markdown},
        "defaultConfiguration": {"level": LEVELS[check.severity]},
    }


def _suppressions(judged: Judged) -> Iterator[Json]:
    if judged.ignored is not None:
        yield {"kind": "external", "status": "accepted", "justification": visible(decision_text(judged))}


def _invocation(checked: Sequence[Checked]) -> Json:
    return {
        "executionSuccessful": all(one.unread is None for one in checked),
        "exitCode": exit_code(checked),
        "toolExecutionNotifications": [notification for one in checked for notification in _notifications(one)],
    }


def _notifications(one: Checked) -> Iterator[Json]:
    locations = [{"logicalLocations": [_logical_location(one.environment)]}]
    if one.unread is not None:
        yield {"level": "error", "message": _message(f"{one.environment}: {one.unread}"), "locations": locations}
    for id_, lacks in one.not_run:
        message = _message(f"{id_} was not run for {one.environment}: it lacks {lacks}.")
        yield {"level": "note", "message": message, "locations": locations, "associatedRule": {"id": id_, "index": NUMBERS[id_]}}


def _logical_location(environment: EnvironmentId, where: str = "") -> Json:
    names = (f"program {environment.program_id}", f"environment {environment.environment_id}", where)
    parts = list(map(visible, filter(None, names)))
    return {"name": parts[-1], "fullyQualifiedName": "/".join(parts), "kind": "resource"}


def _message(*sentences: str) -> Json:
    """Return a message; what others wrote is no link in it."""
    return {"text": visible(" ".join(filter(None, sentences))).replace("](", "] (")}


def _address(path: Path, root: Path) -> Json:
    if path.is_relative_to(root):
        return {"uri": quote(path.relative_to(root).as_posix(), errors="replace"), "uriBaseId": ROOT}
    return {"uri": Path(str(path).encode(errors="replace").decode()).as_uri()}
