"""The terminal that a command writes to: how wide it is, whether it shows colours, and how it gets a mail path drawn."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

from aem_mail.reports.mail_path import MailPath, State, to_line, to_lines
from aem_mail.reports.mail_path.terminal import Paint, coloured, plain

DEFAULT_WIDTH = 100
"""Columns where nothing is known of the terminal, or there is none."""


def width() -> int:
    """Return the columns of the terminal: COLUMNS, else what it says itself."""
    return shutil.get_terminal_size((DEFAULT_WIDTH, 0)).columns


def paint() -> Paint:
    """Return what colours text: nothing where standard output is no terminal, or NO_COLOR is set, as https://no-color.org has it."""
    shows = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return coloured if shows else plain


def draw(path: MailPath) -> Sequence[str]:
    """Draw a mail path."""
    return to_lines(path, width(), paint())


def draw_briefly(path: MailPath) -> Sequence[str]:
    """Draw a mail path as one of many: in a sentence, unless something about it is to be seen."""
    return to_line(path, width(), paint()) if path.state in (State.OK, State.INFO) else draw(path)
