from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from aem_mail.checks import Severity, Subject, find_mistakes
from aem_mail.checks.ignores import Ignore, JudgedFinding, judge
from aem_mail.checks.place import PlaceKind
from aem_mail.model import AdvancedNetworking, PortForward
from aem_mail.reports.mail_path import MailPath, State, StationKind, mail_paths
from aem_mail.reports.mail_path.model import OF_SEVERITY
from aem_mail.reports.mail_path.station_kinds import station_of
from tests.checks.cases import CASES, Case
from tests.checks.situations import HOST, TODAY, Situation, declared, enabled, healthy, live, secret, shown
from tests.hostile import subjects

UP = live(
    networking=AdvancedNetworking(enabled=True, port_forwards=({"name": HOST, "portDest": 465, "portOrig": 30465},)),
    variables=(shown("EMAIL_USERNAME"), shown("EMAIL_PASSWORD")),
)
ALL = [pytest.param(id_, case, id=f"{id_}: {name}") for id_, cases in CASES.items() for name, case in cases.items()]

EXPIRIES = {"author": "2030-06-11", "publish": "2031-06-01", "preview": "2031-06-01"}


def drawn(situation: Situation, directory: Path, *ignores: Ignore) -> tuple[MailPath, ...]:
    subject = situation.subject(directory / "project")
    return mail_paths(subject, judge(find_mistakes(subject), ignores, TODAY))


def states(path: MailPath) -> dict[StationKind, State]:
    return {station.kind: station.state for station in path.stations}


def test_a_way_without_a_mistake_is_ok_from_one_end_to_the_other(tmp_path: Path) -> None:
    (path,) = drawn(healthy(live=UP), tmp_path)

    assert path.tiers == ("author", "publish", "preview")
    assert [station.kind for station in path.stations] == list(StationKind)
    assert set(states(path).values()) == {State.OK}
    assert [station.label for station in path.stations] == [
        "author, publish and preview",
        "config",
        "2 of 2 set",
        "AEM_PROXY_HOST:30465",
        "30465 → smtp.sendgrid.com:465",
        "flexiblePortEgress",
        "smtp.sendgrid.com:465",
    ]


@pytest.mark.parametrize(("id_", "case"), ALL)
def test_each_mistake_colours_the_station_that_it_concerns(id_: str, case: Case, tmp_path: Path) -> None:
    paths = drawn(case.mistake, tmp_path)

    subject = case.mistake.subject(tmp_path / "again")
    for finding in find_mistakes(subject):
        seen = [station for path in paths for station in path.stations if finding in [one.finding for one in station.findings]]
        if paths and not seen:
            assert finding.place.kind in (PlaceKind.VARIABLE, PlaceKind.PORT_FORWARD, PlaceKind.FILE)
        for station in seen:
            assert station.kind is station_of(finding)
            assert station.state in (OF_SEVERITY[finding.severity], State.ERROR, State.WARNING, State.UNKNOWN)
    if case.tier in case.mistake.tiers and case.stage is not None:
        assert any(path.state in (State.WARNING, State.ERROR) for path in paths if case.tier in path.tiers)


def test_a_tier_alone_has_what_concerns_it_alone(tmp_path: Path) -> None:
    author_only = declared(variables=(secret("EMAIL_USERNAME", "apikey"), secret("EMAIL_PASSWORD", "password123", "author")))

    author, others = drawn(healthy(declaration=author_only), tmp_path)

    assert (author.tiers, author.state) == (("author",), State.OK)
    assert others.tiers == ("publish", "preview")
    assert states(others)[StationKind.VARIABLES] is State.ERROR


def test_a_variable_of_another_service_colours_nothing(tmp_path: Path) -> None:
    passwords = [replace(secret("EMAIL_PASSWORD", "password123", tier), expires_at=day) for tier, day in EXPIRIES.items()]

    expiring, *others = drawn(healthy(declaration=declared(variables=(secret("EMAIL_USERNAME", "apikey"), *passwords))), tmp_path)

    assert (expiring.tiers, states(expiring)[StationKind.VARIABLES]) == (("author",), State.WARNING)
    assert [(path.tiers, path.state) for path in others] == [(("publish",), State.OK), (("preview",), State.OK)]


def test_what_other_environments_have_on_one_tier_colours_that_tier_alone(tmp_path: Path) -> None:
    on_author = declared(variables=(secret("EMAIL_USERNAME", "apikey"), secret("EMAIL_PASSWORD", "password123", "author")))
    everywhere = replace(declared(), environment_id="20002")
    situation = healthy(declaration=on_author, others=(healthy(declaration=everywhere),))

    author, others = drawn(situation, tmp_path)

    assert [path.tiers for path in (author, others)] == [("author",), ("publish", "preview")]
    assert "M28" not in [one.id for station in author.stations for one in station.headlines]
    assert "M28" in [one.id for station in others.stations for one in station.headlines]


def test_a_rule_that_this_mail_does_not_take_colours_nothing(tmp_path: Path) -> None:
    rules = (PortForward(HOST, 465, 30465), PortForward("10.1.2.3", 636, 30636), PortForward("api.example.com", 443, 30443))

    (path,) = drawn(healthy(declaration=declared(*rules)), tmp_path)

    assert path.state is State.OK


def test_an_error_that_somebody_lives_with_stays_and_is_neither_an_error_nor_ok(tmp_path: Path) -> None:
    mistake = CASES["M05"]["no TLS at first on 465"].mistake

    (path,) = drawn(mistake, tmp_path, Ignore("M05", "we test it", "mail-team", date.max))

    assert path.state is State.INFO
    assert [str(one) for station in path.stations for one in station.headlines] == ["M05 error, ignored"]


def test_what_is_not_known_is_not_called_ok(tmp_path: Path) -> None:
    (path,) = drawn(healthy(declaration=None), tmp_path)

    assert states(path) == {
        StationKind.TIER: State.OK,
        StationKind.CONFIGURATION: State.OK,
        StationKind.VARIABLES: State.UNKNOWN,
        StationKind.PROXY: State.OK,
        StationKind.PORT_FORWARD: State.UNKNOWN,
        StationKind.INFRASTRUCTURE: State.UNKNOWN,
        StationKind.MAIL_SERVER: State.UNKNOWN,
    }


def test_what_is_declared_and_not_there_yet_is_said(tmp_path: Path) -> None:
    (path,) = drawn(healthy(live=live(networking=enabled(), variables=())), tmp_path)

    assert states(path)[StationKind.PORT_FORWARD] is states(path)[StationKind.VARIABLES] is State.ERROR
    assert [str(one) for one in path.stations[4].headlines] == ["M34 error"]
    assert path.stations[2].label == "2 of 2 declared"
    assert path.stations[2].details[0] == "EMAIL_USERNAME: secretString, not there yet"
    assert path.stations[4].details == ("declared, not there yet",)


def test_without_a_configuration_there_is_no_way_to_draw() -> None:
    assert mail_paths(Subject(declared(), live=live(variables=(shown("EMAIL_PASSWORD"),))), []) == ()


def test_a_literal_password_is_no_part_of_the_picture(tmp_path: Path) -> None:
    (path,) = drawn(CASES["M31"]["a password"].mistake, tmp_path)

    assert "password123" not in str(path)
    assert states(path)[StationKind.CONFIGURATION] is State.ERROR


@given(subjects())
def test_any_subject_has_a_path_for_each_of_its_tiers(subject: Subject) -> None:
    found = find_mistakes(subject)

    paths = mail_paths(subject, [JudgedFinding(finding) for finding in found])

    assert sorted(tier for path in paths for tier in path.tiers) == sorted(tier.tier for tier in subject.tiers)
    for path in paths:
        assert [station.kind for station in path.stations] == list(StationKind)
        counting = [one.finding.severity for station in path.stations for one in station.findings]
        assert (path.state is State.ERROR) == (Severity.ERROR in counting)


def test_tiers_with_findings_in_different_files_are_joined_where_they_look_alike(tmp_path: Path) -> None:
    (path,) = drawn(replace(CASES["M05"]["no TLS at first on 465"].mistake, tiers=("author", "publish")), tmp_path)

    assert path.title == "Mail path of author and publish"
