"""One change at a time, also between processes, and no lock outlives its holder."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from aem_mail.errors import InvalidInput, WaitTimedOut
from aem_mail.rollout.access import ChangeLock, lock_directory

LONG = 20.0
HOLDER = """
import sys
from pathlib import Path
from aem_mail.rollout.access import ChangeLock
with ChangeLock(sys.argv[1], sys.argv[2], Path(sys.argv[3])).held(10, print):
    print("held", flush=True)
    sys.stdin.readline()
"""


def ignore(_: str) -> None:
    """Report to nobody."""


@contextmanager
def another_process(folder: Path, scope: str = "api", name: str = "environment 2") -> "Iterator[subprocess.Popen[str]]":
    """Have another process hold a lock."""
    command = [sys.executable, "-c", HOLDER, scope, name, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_another_process_is_kept_out_and_that_is_reported(tmp_path: Path) -> None:
    reports: list[str] = []
    with (
        another_process(tmp_path),
        pytest.raises(WaitTimedOut, match=r"environment 2: another `pulumi up` on this machine"),
        ChangeLock("api", "environment 2", tmp_path).held(0.2, reports.append),
    ):
        pytest.fail("two processes hold the lock")

    assert len(reports) == 1
    assert reports[0].startswith("waiting for another")
    assert reports[0].endswith("environment 2")


def test_a_lock_dies_with_its_holder(tmp_path: Path) -> None:
    with another_process(tmp_path) as process:
        process.kill()
        process.wait(LONG)
        with ChangeLock("api", "environment 2", tmp_path).held(LONG, ignore):
            pass


def test_whoever_waits_goes_on_when_the_holder_is_done(tmp_path: Path) -> None:
    entered, waiting = threading.Event(), threading.Event()

    def enter() -> None:
        with ChangeLock("api", "environment 2", tmp_path).held(LONG, lambda _: waiting.set()):
            entered.set()

    with another_process(tmp_path) as process, ThreadPoolExecutor(1) as pool:
        future = pool.submit(enter)
        assert waiting.wait(LONG)
        assert not entered.is_set()
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        future.result(LONG)

    assert entered.is_set()


def test_other_environments_and_other_servers_do_not_wait(tmp_path: Path) -> None:
    with another_process(tmp_path):
        for scope, name in (("api", "environment 3"), ("other api", "environment 2")):
            with ChangeLock(scope, name, tmp_path).held(0, ignore):
                pass


def test_two_threads_take_turns(tmp_path: Path) -> None:
    lock, inside, most = ChangeLock("api", "environment 2", tmp_path), 0, 0
    guard = threading.Lock()

    def enter() -> None:
        nonlocal inside, most
        with lock.held(LONG, ignore):
            with guard:
                inside += 1
                most = max(most, inside)
            with guard:
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(enter) for _ in range(40)]:
            future.result(LONG)

    assert most == 1


def test_a_thread_of_this_process_is_waited_for_without_a_limit_and_without_a_word(tmp_path: Path) -> None:
    lock, reports, entered = ChangeLock("api", "environment 2", tmp_path), list[str](), threading.Event()

    def enter() -> None:
        with lock.held(0.01, reports.append):
            entered.set()

    with ThreadPoolExecutor(1) as pool:
        with lock.held(LONG, ignore):
            future = pool.submit(enter)
            assert not entered.wait(0.1)
        future.result(LONG)

    assert reports == []


def test_an_exception_inside_frees_the_lock(tmp_path: Path) -> None:
    lock = ChangeLock("api", "environment 2", tmp_path)
    with pytest.raises(ZeroDivisionError), lock.held(LONG, ignore):
        raise ZeroDivisionError

    with lock.held(0.2, ignore):
        pass


def test_a_folder_that_cannot_be_written_is_named_with_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lock = ChangeLock("api", "environment 2", tmp_path / "file" / "locks")

    with pytest.raises(InvalidInput, match=r"environment 2: XDG_CACHE_HOME: .*/file/locks cannot be written"), lock.held(LONG, ignore):
        pytest.fail("held without a lock file")


def test_the_lock_files_lie_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert lock_directory() == tmp_path / "aem-mail" / "locks"

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert lock_directory() == tmp_path / ".cache" / "aem-mail" / "locks"
