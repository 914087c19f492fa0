import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it has no types
from hypothesis import given, settings
from hypothesis import strategies as st

from aem_mail.checks import CHECKS, Subject, find_mistakes
from aem_mail.checks.checked import Checked
from aem_mail.checks.ignores import Ignore, judge
from aem_mail.checks.matrix import matrices
from aem_mail.model import EnvironmentId
from aem_mail.reports.check import to_document
from aem_mail.reports.document import Document, Outcome
from aem_mail.reports.html import to_html, worst_first
from aem_mail.reports.junit import to_junit
from aem_mail.reports.mail_path.model import State
from aem_mail.reports.markdown import to_markdown
from aem_mail.reports.sarif import to_sarif
from aem_mail.reports.text import Terminal, to_text
from tests.checks.cases import CASES
from tests.checks.situations import TODAY, Situation, healthy, with_mail
from tests.hostile import subjects
from tests.markup import parsed
from tests.reports.test_html import assert_harmless
from tests.reports.test_junit import assert_valid
from tests.secrets import SecretWatch

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "check.schema.json").read_text(encoding="utf-8"))
MADE = datetime(2030, 6, 1, 9, 30, tzinfo=UTC)


def checked(subject: Subject, *ignores: Ignore, environment_id: str = "20001") -> Checked:
    return Checked(EnvironmentId("10001", environment_id), judge(find_mistakes(subject), ignores, TODAY), subject)


def paged(situation: Situation, directory: Path, *ignores: Ignore) -> Document:
    return to_document([checked(situation.subject(directory), *ignores)])


def test_an_error_is_a_failure_and_all_else_passes_or_is_told_apart(tmp_path: Path) -> None:
    (group,) = paged(CASES["M05"]["no TLS at first on 465"].mistake, tmp_path).groups

    (entry,) = group.entries
    assert (entry.key, entry.level, entry.outcome) == ("M05", State.ERROR, Outcome.FAILURE)
    assert (entry.title, entry.fix) == (CHECKS["M05"].title, "Set it to true: port 465 begins with TLS.")
    assert len(group.entries) + len(group.passed) + len(group.skipped) == len(CHECKS)
    assert [picture.title for picture in group.pictures] == ["Mail path of author, publish and preview"]


def test_what_somebody_lives_with_is_skipped_with_the_reason(tmp_path: Path) -> None:
    ignore = Ignore("M05", "we test it", "mail-team", date(2031, 1, 1))

    (group,) = paged(CASES["M05"]["no TLS at first on 465"].mistake, tmp_path, ignore).groups

    (entry,) = group.entries
    assert (entry.outcome, entry.note) == (Outcome.SKIPPED, "Ignored until 2031-01-01: we test it; mail-team.")


def test_environments_with_errors_come_first(tmp_path: Path) -> None:
    clean = checked(healthy().subject(tmp_path / "a"))
    broken = checked(CASES["M05"]["no TLS at first on 465"].mistake.subject(tmp_path / "b"), environment_id="20002")

    assert [group.title for group in worst_first(to_document([clean, broken]).groups)] == ["environment 20002", "environment 20001"]


def test_no_secret_is_in_any_form_of_the_report(tmp_path: Path) -> None:
    watch = SecretWatch("password123")
    mistakes = [case.mistake for id_ in ("M29", "M31", "M08", "M16") for case in CASES[id_].values()]
    misread = [
        with_mail(**{key: "$[secret:EMAIL_PASSWORD]"}) for key in ("smtp_host", "smtp_port", "from_address", "smtp_ssl", "smtp_user")
    ]
    for number, situation in enumerate([*mistakes, *misread]):
        subject = situation.subject(tmp_path / str(number))
        one = checked(subject)
        parity = matrices([subject, replace(subject)], [])
        document = to_document([one], parity)
        for form, text in {"text": to_text(document), "md": to_markdown(document)}.items():
            watch.text(form, text)
        watch.text("html", to_html(document, MADE))
        watch.text("junit", to_junit(document, MADE))
        watch.value("json", document.data)
        watch.value("sarif", to_sarif(document, tmp_path))


@settings(max_examples=40, deadline=None)
@given(st.lists(subjects(), min_size=1, max_size=2))
def test_whatever_things_are_called_every_form_is_well_formed(some: list[Subject]) -> None:
    all_checked = [checked(subject, environment_id=str(number)) for number, subject in enumerate(some)]
    parity = matrices(some, [judged for one in all_checked for judged in one.judged])
    document = to_document(all_checked, parity)

    html = to_html(document, MADE)

    assert_harmless(html)
    parsed(html)
    assert_valid(parsed(to_junit(document, MADE)))
    assert to_text(document, Terminal(80))
    jsonschema.validate(document.data, SCHEMA)


def test_the_schema_lets_through_no_report_that_it_does_not_describe(tmp_path: Path) -> None:
    report = to_document([checked(CASES["M05"]["no TLS at first on 465"].mistake.subject(tmp_path))]).data

    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(report, SCHEMA)
    for broken in ({**report, "schemaVersion": 1}, {**report, "environments": [{}]}, {"schemaVersion": 2}):
        assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(broken)
