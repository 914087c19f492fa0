import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks import Subject, find_mistakes
from aem_mail.checks.ignores import JudgedFinding, judge
from aem_mail.reports.mail_path import MailPath, mail_paths, to_lines
from aem_mail.reports.mail_path.terminal import NARROWEST, coloured
from aem_mail.text.characters import columns
from tests.checks.cases import CASES
from tests.checks.situations import TODAY, Situation, healthy
from tests.hostile import subjects

BROKEN = """\
Mail path of author, publish and preview
✓ tier                    author, publish and preview
│                         run mode dev
✓ OSGi configuration      config
│                         smtp.user $[secret:EMAIL_USERNAME]
│                         smtp.password $[secret:EMAIL_PASSWORD]
✓ variables               2 of 2 declared
│                         EMAIL_USERNAME: secretString
│                         EMAIL_PASSWORD: secretString
✓ proxy                   AEM_PROXY_HOST:465
✗ port forward            none
┊                         M02 error: No port forward waits at smtp.port
✓ network infrastructure  flexiblePortEgress
┊                         declared
? mail server             not known"""
SGR = re.compile(r"\033\[\d*m")


def path_of(situation: Situation, directory: Path) -> MailPath:
    subject = situation.subject(directory)
    (path,) = mail_paths(subject, judge(find_mistakes(subject), [], TODAY))
    return path


def test_one_station_stands_under_the_other_up_to_where_the_mail_stops(tmp_path: Path) -> None:
    path = path_of(CASES["M02"]["the server's own port"].mistake, tmp_path)

    assert "\n".join(to_lines(path, 100)) == BROKEN


def test_a_narrow_terminal_has_the_label_under_the_name(tmp_path: Path) -> None:
    lines = to_lines(path_of(healthy(), tmp_path), 40)

    assert lines[3:5] == ["│ run mode dev", "✓ OSGi configuration"]
    assert max(map(columns, lines)) <= 40


def test_colours_are_added_and_nothing_is_said_by_them_alone(tmp_path: Path) -> None:
    path = path_of(CASES["M02"]["the server's own port"].mistake, tmp_path)

    lines = to_lines(path, 100, coloured)

    assert "\033[31m✗\033[0m port forward" in "\n".join(lines)
    assert SGR.sub("", "\n".join(lines)) == BROKEN


@given(subjects(), st.integers(NARROWEST, 120))
def test_no_line_is_too_long_and_none_steers_the_terminal(subject: Subject, width: int) -> None:
    for path in mail_paths(subject, [JudgedFinding(finding) for finding in find_mistakes(subject)]):
        lines = to_lines(path, width)

        assert all(columns(line) <= width for line in lines)
        assert all(line.replace("\u200c", "").replace("\u200d", "").isprintable() for line in lines)


@pytest.mark.parametrize("width", [0, 20, 60])
def test_every_width_is_taken(width: int, tmp_path: Path) -> None:
    assert to_lines(path_of(healthy(), tmp_path), width)
