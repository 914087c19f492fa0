"""The terminal that a command writes to: how wide it is, and whether it shows colours."""

from __future__ import annotations

import os
import shutil
import sys

from aem_mail.reports.mail_path.terminal import Paint, coloured, plain
from aem_mail.reports.text import Terminal


def terminal() -> Terminal:
    """Return what standard output is."""
    return Terminal(width(), paint())


def width() -> int | None:
    """Return the columns of the terminal: COLUMNS, else what it says itself; None where there is none."""
    return shutil.get_terminal_size((0, 0)).columns or None


def paint() -> Paint:
    """Return what colours text: nothing where standard output is no terminal, or NO_COLOR is set, as https://no-color.org has it."""
    shows = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return coloured if shows else plain
