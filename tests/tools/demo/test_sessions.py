"""Ending a session, with real processes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from tools.demo.sessions import end_session, members_of

FAMILY = """
import os, subprocess, sys, time
sleeper = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
children = [subprocess.Popen(sleeper, stdout=subprocess.PIPE, process_group=group) for group in (None, 0)]
for child in children:
    child.stdout.readline()
print(*(child.pid for child in children), flush=True)
time.sleep(float(sys.argv[1]))
"""


def family(parent_lives: float) -> tuple["subprocess.Popen[str]", list[int]]:
    """Start a session: a parent, a child, and a child in a process group of its own."""
    parent = subprocess.Popen(
        [sys.executable, "-c", FAMILY, str(parent_lives)],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert parent.stdout is not None
    return parent, [int(pid) for pid in parent.stdout.readline().split()]


def test_every_process_of_the_session_is_ended_whatever_its_group() -> None:
    parent, children = family(parent_lives=60)
    with parent:
        assert sorted(members_of(parent.pid)) == sorted([parent.pid, *children])

        end_session(parent.pid)

        assert members_of(parent.pid) == []


def test_children_whose_parent_is_gone_are_ended_too() -> None:
    parent, children = family(parent_lives=0)
    with parent:
        parent.wait()
        until(lambda: sorted(members_of(parent.pid)) == sorted(children))

        end_session(parent.pid)

        assert members_of(parent.pid) == []


def test_other_sessions_are_left_alone() -> None:
    end_session(2**22 + 1)

    assert os.getpid() in members_of(os.getsid(0))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
