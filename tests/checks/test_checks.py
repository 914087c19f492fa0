import importlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from aem_mail.checks import CHECKS, Severity, find_mistakes
from aem_mail.model import PortForward
from aem_mail.simulator.mail import SimulatedMailPath
from tests.checks.cases import CASES, NOT_SHOWN_BY_A_MAIL, SHOWN_ELSEWHERE, Case
from tests.checks.oauth_cases import GMAIL_SERVER, OFFICE_SERVER
from tests.checks.situations import HOST, MAIL_FILE, SERVERS, TODAY, Aem, declared, healthy, live, live_of, mail_file

ALL = [pytest.param(id_, case, id=f"{id_}: {name}") for id_, cases in CASES.items() for name, case in cases.items()]
WITH_MAIL = [
    pytest.param(case, id=f"{id_}: {name}") for id_, cases in CASES.items() for name, case in cases.items() if case.stage is not None
]


@pytest.fixture(scope="module")
def mail_path() -> Iterator[SimulatedMailPath]:
    now = datetime.combine(TODAY, time(), UTC).timestamp()
    with SimulatedMailPath(clock=lambda: now) as started:
        started.configure([*SERVERS, OFFICE_SERVER, GMAIL_SERVER])
        yield started


def test_every_check_is_tested_and_no_other() -> None:
    assert list(CASES) == list(CHECKS)


@pytest.mark.parametrize("id_", CHECKS)
def test_every_check_is_shown_by_a_mail_that_it_stops_or_says_why_none_is(id_: str) -> None:
    by_a_case = any(case.stage is not None for case in CASES[id_].values())
    places = [by_a_case, id_ in SHOWN_ELSEWHERE, id_ in NOT_SHOWN_BY_A_MAIL]

    assert sum(places) == 1, f"give a case of {id_} a stage, or enter the id in SHOWN_ELSEWHERE or NOT_SHOWN_BY_A_MAIL of cases.py"


@pytest.mark.parametrize("place", sorted(set(SHOWN_ELSEWHERE.values())))
def test_the_tests_that_show_a_mail_are_there(place: str) -> None:
    module, _, test = place.partition(".")

    assert callable(getattr(importlib.import_module(f"tests.checks.{module}"), test))


@pytest.mark.parametrize(("id_", "case"), ALL)
def test_a_check_fires_on_its_mistake_and_is_silent_on_the_cure(id_: str, case: Case, tmp_path: Path) -> None:
    check = CHECKS[id_]

    found = check.run(case.mistake.subject(tmp_path / "mistake"))

    assert found
    assert {finding.severity for finding in found} == {case.severity or check.severity}
    assert check.run(case.cure.subject(tmp_path / "cure")) == []


@pytest.mark.parametrize("case", WITH_MAIL)
def test_the_mistake_stops_the_mail_and_the_cure_lets_it_arrive(case: Case, tmp_path: Path, mail_path: SimulatedMailPath) -> None:
    mail_path.clear()

    stopped = Aem(mail_path, tmp_path / "mistake").send(case.mistake, case.tier)

    assert (stopped.stage, mail_path.mails()) == (case.stage, [])
    arrived = Aem(mail_path, tmp_path / "cure").send(case.cure, case.tier)
    assert arrived.delivered, arrived.error


@pytest.mark.parametrize(("recorded", "fix"), [(True, "run `pulumi up --refresh`."), (False, "fix that, and change nothing here.")])
@pytest.mark.parametrize(("port_dest", "consequences"), [(587, {"M04", "M05"}), (25, {"M05", "M07"})])
def test_what_follows_from_a_rule_that_is_not_the_declared_one_has_the_fix_of_that(
    port_dest: int, consequences: set[str], recorded: bool, fix: str, tmp_path: Path
) -> None:
    there = live_of(declared(PortForward(HOST, port_dest, 30465)))
    found = find_mistakes(healthy(declaration=declared(recorded=recorded), live=there).subject(tmp_path))

    following = {one.id for one in found if one.fix == f"It follows from the port forward, which is not the declared one (M34): {fix}"}

    assert consequences <= following
    assert {one.id for one in found if one.severity is not Severity.INFO} - following == {"M34"}


def test_what_the_declared_rule_would_bring_about_too_keeps_its_fix(tmp_path: Path) -> None:
    there = live_of(declared(PortForward("relay.example.com", 465, 30465)))
    mine = healthy(declaration=declared(recorded=True), live=there, files={MAIL_FILE: mail_file(smtp_ssl=False)})

    fixes = {one.id: one.fix for one in find_mistakes(mine.subject(tmp_path))}

    assert fixes["M05"] == "Set it to true: port 465 begins with TLS."


def test_mail_to_port_25_travels_in_the_clear(tmp_path: Path, mail_path: SimulatedMailPath) -> None:
    case = CASES["M07"]["port 25"]
    mail_path.clear()

    assert Aem(mail_path, tmp_path / "mistake").send(case.mistake, "author").delivered
    assert Aem(mail_path, tmp_path / "cure").send(case.cure, "author").delivered

    assert [mail.tls for mail in mail_path.mails()] == ["none", "implicit"]


@pytest.mark.parametrize(("id_", "case"), ALL)
def test_a_finding_says_what_happens_and_the_fix_and_no_secret(id_: str, case: Case, tmp_path: Path) -> None:
    for finding in find_mistakes(case.mistake.subject(tmp_path)):
        assert finding.where
        assert re.search(r"\.\)?$", finding.effect)
        assert finding.fix.endswith(".")
        assert "\n" not in str(finding)
        assert "password123" not in str(finding)


@pytest.mark.parametrize("tier", ["author", "publish", "preview"])
def test_nothing_is_wrong_with_what_delivers(tier: str, tmp_path: Path, mail_path: SimulatedMailPath) -> None:
    for name, situation in {"offline": healthy(), "live": healthy(live=live())}.items():
        assert find_mistakes(situation.subject(tmp_path / name)) == []
        assert Aem(mail_path, tmp_path / name).send(situation, tier).delivered


def test_a_check_without_what_it_needs_finds_nothing_and_says_what_is_missing(tmp_path: Path) -> None:
    subject = CASES["M09"]["no such variable"].mistake.subject(tmp_path)
    offline = healthy(declaration=subject.declaration).subject(tmp_path)

    assert CHECKS["M09"].missing(subject) == ()
    assert CHECKS["M09"].missing(offline) == ("the variables of the live environment, or of a file",)
    assert CHECKS["M09"].run(offline) == []


def test_a_value_that_is_not_known_is_not_judged(tmp_path: Path) -> None:
    situation = CASES["M01"]["a plain variable that names the server"].mistake
    assert situation.declaration is not None
    hidden = healthy(files=situation.files)

    assert CHECKS["M01"].run(hidden.subject(tmp_path)) == []


def test_severities_are_those_of_the_three_kinds() -> None:
    assert {check.severity for check in CHECKS.values()} == set(Severity)
