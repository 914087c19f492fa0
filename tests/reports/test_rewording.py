"""No picture, no report and no judgement reads the texts that people read: they stay when those change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aem_mail.checks import Subject, find_mistakes
from aem_mail.checks.checked import Checked
from aem_mail.checks.ignores import Ignore, judge
from aem_mail.checks.matrix import ParityCell, matrices
from aem_mail.checks.place import Place
from aem_mail.model import EnvironmentId
from aem_mail.reports.check import to_document
from aem_mail.reports.live_path import live_paths
from aem_mail.reports.mail_path import MailPath, StationKind, mail_paths, to_lines, to_svg
from aem_mail.reports.mail_path.stations import FACTS, Facts
from aem_mail.reports.mail_path.tier_path import TierPath
from aem_mail.reports.sarif import to_sarif
from tests.checks.cases import CASES, Case
from tests.checks.situations import TODAY, healthy, with_mail
from tests.checks.test_parity import BOTH, together, up
from tests.drift.build import (
    E,
    enabled,
    entry,
    infrastructure,
    live,
    live_variable,
    networking,
    ready_infrastructure,
    report,
    rule,
    secret,
    stack,
)
from tests.reports.test_drift_page import FILE

ALL = [pytest.param(case, id=f"{id_}: {name}") for id_, cases in CASES.items() for name, case in cases.items()]
WORDING = frozenset({"message", "logicalLocations"})


@contextmanager
def reworded() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Place, "__str__", lambda place: f"somewhere ({len(place.things)})")
        yield


def unworded(value: Any) -> Any:
    """Return a SARIF report without what it shows of places."""
    if isinstance(value, dict):
        return {name: unworded(part) for name, part in value.items() if name not in WORDING}
    return [unworded(part) for part in value] if isinstance(value, list) else value


def drawn(subject: Subject) -> list[object]:
    paths = mail_paths(subject, judge(find_mistakes(subject), [], TODAY))
    return [(to_svg(path), to_lines(path, 100)) for path in paths]


def sarif(subject: Subject, root: Path) -> Any:
    judged = judge(find_mistakes(subject), [], TODAY)
    return to_sarif(to_document([Checked(EnvironmentId("10001", E), judged, subject)]), root)


@pytest.mark.parametrize("case", ALL)
def test_pictures_lines_and_fingerprints_stay_when_places_are_worded_otherwise(case: Case, tmp_path: Path) -> None:
    subject = case.mistake.subject(tmp_path)
    picture, results = drawn(subject), sarif(subject, tmp_path)

    with reworded():
        again = sarif(subject, tmp_path)
        assert drawn(subject) == picture
    assert again != results
    assert unworded(again) == unworded(results)


def test_what_is_meant_stays_so_when_places_are_worded_otherwise(tmp_path: Path) -> None:
    some = together(tmp_path, up("1", "dev", with_mail(from_address="dev@wknd.site"), *BOTH), up("2", "prod", healthy(), *BOTH))
    meant = Ignore("M28", "test senders", "mail-team", date(2031, 1, 1))

    def cells() -> list[ParityCell]:
        judged = [one for subject in some for one in judge(find_mistakes(subject), [meant], TODAY)]
        return [cell for found in matrices(some, judged) for row in found.rows for cell in row.cells]

    before = cells()
    with reworded():
        assert cells() == before
    assert meant in [cell.meant for cell in before]


def live_ways(status: str) -> tuple[MailPath, ...]:
    """Return the ways of the mail where the rule, the password and the infrastructure are not as recorded, and rules beside them."""
    there = live(
        enabled(entry(host="other.example.com"), entry(30636, "elsewhere.example.com")),
        [live_variable("EMAIL_PASSWORD")],
        status=status,
        programs=[ready_infrastructure(kind="flexiblePortEgress")],
        files={FILE["id"]: "{}"},
    )
    user, password = secret("EMAIL_USERNAME"), secret("EMAIL_PASSWORD")
    recorded = stack(networking(), rule(), rule(30636, "ldap.example.com"), user, password, infrastructure(), FILE)
    found = report(recorded, there=there)
    return live_paths(found.environments[0], found.findings)


@pytest.mark.parametrize("status", ["ready", "updating"])
def test_drift_colours_the_way_alike_when_places_are_worded_otherwise(status: str) -> None:
    before = [to_svg(path) for path in live_ways(status)]

    with reworded():
        assert [to_svg(path) for path in live_ways(status)] == before


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ("ready", {StationKind.PORT_FORWARD, StationKind.VARIABLES, StationKind.INFRASTRUCTURE}),
        ("updating", {StationKind.TIER, StationKind.PORT_FORWARD, StationKind.VARIABLES, StationKind.INFRASTRUCTURE}),
    ],
)
def test_drift_colours_the_way_alike_when_stations_are_worded_otherwise(
    status: str, kinds: set[StationKind], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drifted(live_ways(status)) == kinds

    worded = {kind: _reworded(facts) for kind, facts in FACTS.items()}
    monkeypatch.setattr("aem_mail.reports.mail_path.paths.FACTS", worded)

    assert drifted(live_ways(status)) == kinds


def drifted(paths: tuple[MailPath, ...]) -> set[StationKind]:
    return {station.kind for path in paths for station in path.stations if any("drift: " in detail for detail in station.details)}


def _reworded(facts: Callable[[TierPath], Facts]) -> Callable[[TierPath], Facts]:
    return lambda path: replace(facts(path), label="here", details=())
