"""Run a command of Pulumi, and run it again while somebody else's update holds the stack."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import FrameType
from typing import IO, Self

from aem_mail.cloud_manager.outcome import pause
from aem_mail.model.system import is_windows
from aem_mail.pipelines.errors import PipelineError, WrongUse
from aem_mail.text.streams import OutputLost

LOCKED = re.compile(r"^error: .*(the stack is currently locked by|Another update is currently in progress)", re.MULTILINE)
"""What Pulumi says when it began nothing because the stack is held: its own back ends, and Pulumi Cloud (409)."""

VIOLATION = "violates plan: properties changed:"
_VIOLATION = re.compile(rf"(.*?)(resource urn:\S+ )?{VIOLATION}")
_DONE = "created|updated|deleted|replaced|refreshed|imported|read|discarded|unchanged|errored|changes?|warnings?|errors?"
_HARMLESS = re.compile(rf" *([-+~=]{{1,2}} ?)?\d{{1,6}} ({_DONE})|(Resources|Diagnostics|Policies|Outputs):|Duration: [\dhms.]{{1,12}}|")
"""How the lines look that are still shown after such an error."""
_HIDDEN = "(values are not shown, nor what follows and may belong to one)"

FIRST, LONGEST = 5.0, 60.0
_REMEMBERED = 200


class StillLocked(PipelineError):
    """The lock did not go away."""

    exit_code = 40


def run_unlocked(command: Sequence[str], patience: float, sleep: Callable[[float], None] = time.sleep) -> int:
    """Run a command, its output passed on as it comes; return its exit code.

    It is run again only if it failed and said that the stack is locked. Raises StillLocked after ``patience`` seconds of that.
    """
    began = time.monotonic()
    attempt = 1
    while True:
        code, said = _run(command)
        if code == 0 or not LOCKED.search(said):
            return code
        seconds = pause(attempt, random.random(), first=FIRST, longest=LONGEST)  # noqa: S311 - spreads attempts, guards nothing
        if time.monotonic() - began + seconds > patience:
            raise StillLocked(
                f"The stack was locked for {patience:.0f} seconds. If no other update runs (its runner was killed), "
                "`pulumi cancel` removes the lock."
            )
        print(f"The stack is locked: next try in {seconds:.0f} seconds.", file=sys.stderr, flush=True)
        sleep(seconds)
        attempt += 1


def _run(command: Sequence[str]) -> tuple[int, str]:
    """Run once; return the exit code and the last lines."""
    said: deque[str] = deque(maxlen=_REMEMBERED)
    with _Signals() as signals, _started(command) as process:
        signals.hand_to(process)
        streams = ((process.stdout, sys.stdout), (process.stderr, sys.stderr))
        pumps = [threading.Thread(target=_pump, args=(source, target, said)) for source, target in streams]
        for pump in pumps:
            pump.start()
        for pump in pumps:
            pump.join()
        code = process.wait()
    return (code if code >= 0 else 128 - code), "".join(said)


def _started(command: Sequence[str]) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(  # noqa: S603 - the pipeline's own command, no shell
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        raise WrongUse(f"{command[0]} cannot be run ({error.strerror}).") from error


class _Signals:
    """Hands on what a runner sends to stop the job, so that Pulumi ends its plugins and gives the lock back; also what came too early.

    On Windows there is no sending it: a Ctrl-C reaches every process of a console by itself.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._early: list[int] = []

    def hand_to(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        for number in self._early:
            self._take(number, None)

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._take) for number in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, number: int, _: FrameType | None) -> None:
        if self._process is None:
            self._early.append(number)
        elif not is_windows():
            self._process.send_signal(number)


def _pump(source: IO[str], target: IO[str], said: deque[str]) -> None:
    """Pass on every line; where none is taken any more, go on reading: the command would wait for that, and hold the stack."""
    is_taken = target is not None
    for line in without_violating_values(source):
        said.append(line)
        try:
            if is_taken:
                target.write(line)
                target.flush()
        except (OSError, OutputLost):
            is_taken = False


def without_violating_values(lines: Iterable[str]) -> Iterator[str]:
    """Yield what Pulumi prints, but not the values with which a resource violates a plan: it shows secrets there in plain text.

    Such a value may have several lines, and any of them may look as if the engine had written it. So once there was one, nothing is yielded
    but which resources violate the plan, headings and counts.
    """
    violated = False
    for line in lines:
        found = _VIOLATION.match(line)
        if found:
            yield f"{'error: ' if violated else found[1]}{found[2] or ''}{VIOLATION} {_HIDDEN}\n"
            violated = True
        elif not violated or _HARMLESS.fullmatch(line.rstrip("\n")):
            yield line
