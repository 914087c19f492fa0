"""The watch over secrets finds what it is there to find."""

import base64
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.secrets import SecretWatch

SECRET = "a secret of 'seven' \"words\" …"


@pytest.mark.parametrize("spelling", ["plain", "json", "url", "base64", "hex"])
def test_every_spelling_of_a_secret_is_found(spelling: str) -> None:
    raw = SECRET.encode()
    texts = {"plain": SECRET, "json": json.dumps(SECRET), "url": quote(SECRET), "base64": base64.b64encode(raw).decode(), "hex": raw.hex()}

    with pytest.raises(AssertionError, match="in plain text in a log"):
        SecretWatch(SECRET).text("a log", f"before {texts[spelling]} after")


def test_a_file_that_holds_a_secret_is_found_and_the_program_that_declares_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(SECRET)
    watch = SecretWatch(SECRET)
    watch.folder(tmp_path, "a project")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "state.json").write_text(SECRET)

    with pytest.raises(AssertionError, match=r"state\.json"):
        watch.folder(tmp_path, "a project")


def test_a_process_that_has_a_secret_among_its_arguments_is_found() -> None:
    watch = SecretWatch("a-secret-argument")
    command = [sys.executable, "-c", "input()", "a-secret-argument"]

    with (
        pytest.raises(AssertionError, match="argument of a process"),
        subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process,
        watch.processes(process.pid) as found,
    ):
        end_when(lambda: bool(found), process)


def end_when(condition: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    """Let a process that reads a line end as soon as a condition holds, or after a minute."""
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.communicate(b"\n")
