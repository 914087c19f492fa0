"""A text of a program that its resources share: by itself where it is short, in a file of the run where it is long."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from aem_mail.resources.base.shared_text import LONGEST, MARK, TextLost, heard, told

LONG = "{" + "x" * LONGEST + "ü}"


class Run:
    """What a file is bound to."""


RUN = Run()


def test_a_short_text_travels_by_itself() -> None:
    assert told("{}", RUN) == "{}"
    assert heard("{}") == "{}"


def test_a_long_text_lies_in_a_file_that_nobody_else_can_read() -> None:
    said = told(LONG, RUN)

    file = Path(said.partition(" ")[2])
    assert said.startswith(MARK)
    assert len(said) < 300
    assert heard(said) == LONG
    assert file.stat().st_mode & 0o077 == 0
    file.unlink()


@pytest.mark.parametrize("happens", [Path.unlink, lambda file: file.write_text("{}")])
def test_a_file_that_is_lost_or_changed_is_an_error_which_names_it(happens: object) -> None:
    said = told(LONG, RUN)
    file = Path(said.partition(" ")[2])
    happens(file)  # type: ignore[operator]  # a parametrized function

    with pytest.raises(TextLost, match="run the command again"):
        heard(said)
    file.unlink(missing_ok=True)


def test_the_file_goes_with_the_run_though_the_process_goes_on() -> None:
    runs = [Run(), Run()]
    files = [Path(told(LONG, run).partition(" ")[2]) for run in runs]

    runs.pop()
    gc.collect()

    assert [file.exists() for file in files] == [True, False]
    files[0].unlink()


def test_the_file_goes_with_a_process_whose_run_still_stands() -> None:
    source = "import sys; from tests.resources.base import test_shared_text as t; print(t.told(t.LONG, t.RUN))"
    said = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout.strip()

    assert said.startswith(MARK)
    assert not Path(said.partition(" ")[2]).exists()


def test_where_no_file_can_be_written_the_text_travels_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere/at/all")

    assert told(LONG, RUN) == LONG
