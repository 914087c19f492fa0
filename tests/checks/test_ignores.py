from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks import Finding, Severity
from aem_mail.checks.ignores import Ignore, counted, judge, parse_ignores, read_ignores
from aem_mail.checks.place import rule_place
from aem_mail.errors import InvalidInput
from aem_mail.model import PortForward

ENTRY = "- {check: M07, reason: no other port, owner: mail-team, expires: 2030-06-01}"
RULE = PortForward("relay.example.com", 25, 30025)
FINDING = Finding("M07", Severity.WARNING, rule_place(RULE), "AEM would do so.", "Do otherwise.")
DAYS = st.dates(date(2030, 1, 1), date(2030, 12, 31))


def ignore(check: str = "M07", where: str = "*") -> Ignore:
    return Ignore(check, "r", "o", date(2030, 6, 1), where)


@pytest.mark.parametrize("expires", ["2030-06-01", '"2030-06-01"'])
def test_an_ignore_has_reason_owner_and_expiry(expires: str) -> None:
    assert parse_ignores(ENTRY.replace("2030-06-01", expires), "file") == [
        Ignore("M07", "no other port", "mail-team", date(2030, 6, 1), "*")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no YAML"),
        ("check: M07", "must be a list"),
        ("- M07", "entry 1: must have check, reason, owner, expires"),
        ("- {check: M07, expires: 2030-01-01}", "entry 1: has no reason; entry 1: has no owner"),
        (ENTRY.replace("M07", "M99"), "names no check, and no drift finding either: 'M99'"),
        (ENTRY.replace("2030-06-01", "soon"), "expiry that is no date"),
        (ENTRY.replace("{", "{until: x, "), "unknown field 'until'"),
    ],
)
def test_a_file_that_cannot_be_understood_is_bad_input(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as raised:
        parse_ignores(text, "aem-mail-ignore.yaml")

    assert str(raised.value).startswith("aem-mail-ignore.yaml: ")


def test_no_file_and_an_empty_one_ignore_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("# nothing\n")

    assert read_ignores(tmp_path / "absent.yaml") == read_ignores(tmp_path / "empty.yaml") == []
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_ignores(tmp_path)


def test_what_is_ignored_is_still_there_and_does_not_count() -> None:
    (judged,) = judge([FINDING], [ignore()], date(2030, 6, 1))

    assert (judged.finding, judged.ignored) == (FINDING, ignore())
    assert counted([judged], Severity.WARNING) == 0


def test_an_expired_ignore_counts_again_and_is_named() -> None:
    (judged,) = judge([FINDING], [ignore()], date(2030, 6, 2))

    assert (judged.ignored, judged.expired) == (None, ignore())
    assert counted([judged], Severity.WARNING) == 1


@pytest.mark.parametrize(
    ("where", "covered"), [("*", True), ("port forward 30025*", True), ("port forward 30026*", False), (FINDING.where, True)]
)
def test_a_pattern_narrows_an_ignore_to_a_place(where: str, covered: bool) -> None:
    (judged,) = judge([FINDING], [ignore(where=where)], date(2030, 1, 1))

    assert (judged.ignored is not None) is covered


def test_an_ignore_of_another_check_covers_nothing() -> None:
    (judged,) = judge([FINDING], [ignore(check="M04")], date(2030, 1, 1))

    assert judged.ignored is None


@given(st.lists(DAYS, max_size=3), DAYS)
def test_a_finding_counts_unless_one_ignore_is_still_valid(expiries: list[date], today: date) -> None:
    ignores = [Ignore("M07", "r", "o", expires) for expires in expiries]

    (judged,) = judge([FINDING], ignores, today)

    assert (judged.ignored is not None) == any(today <= expires for expires in expiries)
    assert (judged.expired is not None) == (judged.ignored is None and bool(expiries))
