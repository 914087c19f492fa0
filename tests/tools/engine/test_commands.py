import os
import time
from pathlib import Path

import pytest

from tools.engine.commands import CommandFailed, run_long

SHELL = {"PATH": os.environ["PATH"]}
UNTIL_ENOUGH = "while [ ! -e enough ]; do sleep 0.02; done"
LONG = 60.0


def until_written(path: Path) -> None:
    deadline = time.monotonic() + LONG
    while not path.exists() or not path.read_text().endswith("\n"):
        assert time.monotonic() < deadline, f"{path} was not written"
        time.sleep(0.01)


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_output_of_both_streams_is_returned(tmp_path: Path) -> None:
    assert run_long(["sh", "-c", "pwd; echo err >&2"], folder=tmp_path, environ=SHELL) == f"{tmp_path}\nerr\n"


def test_a_failure_carries_what_was_printed(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="the reason"):
        run_long(["sh", "-c", "echo the reason; exit 3"], folder=tmp_path, environ=SHELL)


def test_a_long_command_gives_signs_of_life(tmp_path: Path) -> None:
    signs: list[str] = []

    def on_tick() -> None:
        signs.append("still there")
        if len(signs) == 2:
            (tmp_path / "enough").touch()

    run_long(["sh", "-c", UNTIL_ENOUGH], folder=tmp_path, environ=SHELL, on_tick=on_tick, tick=0.05)

    assert len(signs) >= 2


def test_a_command_that_runs_out_of_time_is_ended_with_its_children(tmp_path: Path) -> None:
    command = ["sh", "-c", "sleep 60 & echo $! > child; wait"]
    with pytest.raises(CommandFailed, match="no end after 0 s"):
        run_long(command, folder=tmp_path, environ=SHELL, on_tick=lambda: until_written(tmp_path / "child"), tick=0.1, limit=0.3)

    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + LONG
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(child)


def test_an_interrupt_ends_the_command(tmp_path: Path) -> None:
    def interrupt() -> None:
        until_written(tmp_path / "shell")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_long(["sh", "-c", "echo $$ > shell; sleep 60"], folder=tmp_path, environ=SHELL, on_tick=interrupt, tick=0.05)

    assert not is_alive(int((tmp_path / "shell").read_text()))
