import io
import os
import pty
import termios
from typing import TextIO

import pytest

from aem_mail.cli.progress import ERASE_LINE, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def progress(stream: TextIO) -> tuple[Progress, Clock]:
    clock = Clock()
    shown = Progress("stacks", "environments", stream=stream, clock=clock)
    shown.expect("stacks", 3)
    return shown, clock


def test_a_short_run_says_nothing() -> None:
    stream = io.StringIO()
    shown, _ = progress(stream)

    shown.done("stacks")
    shown.end()

    assert stream.getvalue() == ""


def test_a_long_run_says_every_ten_seconds_how_far_it_is() -> None:
    stream = io.StringIO()
    shown, clock = progress(stream)

    for clock.now in (1, 11, 12):
        shown.done("stacks")
    shown.end()

    assert stream.getvalue() == "2 of 3 stacks\n"


def test_on_a_terminal_one_line_changes_and_goes() -> None:
    stream = Terminal()
    shown, clock = progress(stream)
    shown.expect("environments")

    clock.now = 1
    shown.done("environments")
    clock.now = 2
    shown.done("stacks")
    shown.end()

    assert stream.getvalue() == f"{ERASE_LINE}0 of 3 stacks, 1 of 1 environments{ERASE_LINE}1 of 3 stacks, 1 of 1 environments{ERASE_LINE}"


@pytest.mark.parametrize(("columns", "line"), [(80, "1 of 9 environments, 3 of 3 stacks"), (16, "1 of 9 environm"), (1, "")])
def test_the_line_fits_the_terminal_and_begins_with_what_still_changes(columns: int, line: str) -> None:
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, columns))
    with os.fdopen(slave, "w", closefd=True) as stream:
        shown, clock = progress(stream)
        shown.expect("environments", 9)
        for clock.now, thing in ((0, "stacks"), (0, "stacks"), (0, "stacks"), (1, "environments")):
            shown.done(thing)
        shown_line = os.read(master, 1000).decode()
    os.close(master)

    assert shown_line == f"{ERASE_LINE}{line}"
