"""Cards, pictures and lists of one page count the same findings, which are those of the JSON."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from aem_mail.checks.checked import Checked
from aem_mail.checks.ignores import Ignore
from aem_mail.errors import NotPermitted
from aem_mail.model import EnvironmentId
from aem_mail.model.drift_classes import DriftClass
from aem_mail.reports import check, drift
from aem_mail.reports.document import SEVERITIES, Document
from aem_mail.reports.html import to_html
from aem_mail.reports.junit import to_junit
from tests.checks.cases import CASES
from tests.drift.build import enabled, entry, infrastructure, live, live_variable, networking, report, rule, secret, stack, variable
from tests.markup import local, parsed, texts
from tests.reports.test_check import checked

MADE = datetime(2030, 6, 1, 9, 30, tzinfo=UTC)
REFUSED = NotPermitted("Not allowed.", status=403)
IGNORE = Ignore("M05", "we test it", "mail-team", date(2031, 1, 1))
HEADLINE = re.compile(r"\b(M\d\d) (?:error|warning|info)(?:, ignored)?:")


@pytest.fixture
def checks(tmp_path: Path) -> Document:
    """Return a report with findings of every severity, one that is ignored, and an environment that could not be read."""
    mistakes = [next(iter(CASES[id_].values())).mistake for id_ in ("M02", "M05", "M06", "M07", "M05")]
    ignores: list[list[Ignore]] = [[], [], [], [], [IGNORE]]
    found = [
        checked(mistake.subject(tmp_path / str(number)), *ignores[number], environment_id=str(20001 + number))
        for number, mistake in enumerate(mistakes)
    ]
    return check.to_document([*found, Checked(EnvironmentId("10001", "20009"), unread=REFUSED)])


@pytest.fixture
def drifts() -> Document:
    declared = stack(networking(), rule(), rule(30466), variable(), secret(), infrastructure())
    other = stack(rule(30471), name="other", pending=[{"type": "updating", "resource": rule(30472)}])
    ignore = Ignore("drift:missing:EnvVar:*", "we try it", "mail-team", date(2031, 1, 1))
    there = live(enabled(entry(port_dest=587), entry(30999)), [live_variable("X_1", "red")], programs=REFUSED)
    return drift.to_document(report(declared, other, there=there, ignores=[ignore]))


def counts_of_checks(summary: Mapping[str, int]) -> Counter[str]:
    return Counter({name.removesuffix("s"): count for name, count in summary.items()})


def counts_of_check(data: Mapping[str, Any]) -> Counter[str]:
    unread = sum(one["unread"] is not None for one in data["environments"])
    return counts_of_checks(data["summary"]) + Counter(unknown=unread)


def counts_of_drift(data: Mapping[str, Any]) -> Counter[str]:
    found: Counter[str] = Counter(ignored=data["summary"]["ignored"])
    for drift_class, level in drift.LEVELS.items():
        found[level] += data["summary"][drift_class] if drift_class is not DriftClass.UNVERIFIABLE else 0
    return found + counts_of_checks(data["checks"]["summary"])


def of_class(root: Element, tag: str, name: str) -> list[Element]:
    return [one for one in root.iter() if local(one) == tag and name in one.attrib.get("class", "").split()]


def told(text: str) -> tuple[str, int]:
    """Return the severity and the number that "2 errors" stands for."""
    number, name = text.split()
    return name.removesuffix("s"), int(number)


def assert_counted(document: Document, expected: Counter[str]) -> None:
    root = parsed(to_html(document, MADE))
    cards = dict(told(texts(one)) for one in of_class(root, "li", "tile"))
    listed = Counter(one.attrib["data-severity"] for one in of_class(root, "article", "entry"))
    pills = Counter[str]()
    for counts in of_class(root, "span", "counts"):
        pills.update(dict(told(texts(pill)) for pill in of_class(counts, "span", "pill") if texts(pill)[0].isdigit()))
    (suites,) = [parsed(to_junit(document, MADE))]

    assert {severity: cards[severity] for severity in SEVERITIES} == {severity: expected[severity] for severity in SEVERITIES}
    assert listed == pills == +expected
    assert len(list(suites.iter("error"))) == expected["unknown"]
    assert expected.total() == sum(len(group.entries) for group in document.groups)


def test_a_page_of_checks_counts_what_the_json_counts(checks: Document) -> None:
    expected = counts_of_check(checks.data)

    assert set(expected) == set(SEVERITIES)
    assert_counted(checks, expected)


def test_a_page_of_drift_counts_what_the_json_counts(drifts: Document) -> None:
    expected = counts_of_drift(drifts.data)

    assert {"error", "unknown", "warning", "ignored"} <= set(expected)
    assert_counted(drifts, expected)


def test_a_picture_shows_the_findings_that_the_list_and_the_json_have(checks: Document) -> None:
    root = parsed(to_html(checks, MADE))
    stations = [station for one in checks.data["environments"] for path in one["mailPaths"] for station in path["stations"]]
    drawn = [HEADLINE.findall("".join(one.itertext())) for one in root.iter() if local(one) == "desc"]
    listed = {one.key for group in checks.groups for one in group.entries}

    in_json = sorted(id_ for station in stations for id_ in set(station["findings"]))
    assert sorted(id_ for ids in drawn for id_ in ids) == sorted(in_json * 2), "each path is drawn for a wide and for a narrow screen"
    assert {"M02", "M05"} <= set(in_json) <= listed
