"""Many schedules at once, and the table of what they came to."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import count, islice
from typing import TypeVar

from tests.soak.disturbance import Kind
from tests.soak.trial import Verdict

T = TypeVar("T")

ATTEMPTS = 3
"""Schedules drawn at most for each that is to count: some end before their fault strikes."""


def fresh_seed(kinds: int) -> int:
    """Return a first seed that nobody has seen; the row of seeds from it on begins with the first of so many kinds of fault."""
    return secrets.randbelow(10**6) * kinds


def seeds_from(first: int, number: int) -> Iterator[int]:
    """Return the seeds to draw from for ``number`` schedules that count."""
    return islice(count(first), number * ATTEMPTS)


def carried_out(seeds: Iterable[int], trial: Callable[[int], Verdict], number: int, width: int) -> Iterator[Verdict]:
    """Yield verdicts as they come, ``width`` at a time, until ``number`` schedules have counted."""
    seeds = iter(seeds)
    counted = 0
    with ThreadPoolExecutor(width) as pool:
        running: set[Future[Verdict]] = set()
        while counted < number:
            wanted = min(width, number - counted) - len(running)
            running |= {pool.submit(trial, seed) for seed in islice(seeds, max(wanted, 0))}
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                verdict = future.result()
                counted += verdict.fired
                yield verdict


def table(verdicts: Sequence[Verdict]) -> str:
    """Write the faults that struck per kind as a table in Markdown, with what did not count and what was violated."""
    counted = Counter(verdict.kind for verdict in verdicts if verdict.fired)
    missed = Counter(verdict.kind for verdict in verdicts if not verdict.fired)
    failed = Counter(verdict.kind for verdict in verdicts if verdict.violations)
    kinds = sorted({verdict.kind for verdict in verdicts}, key=list(Kind).index)
    width = max(map(len, kinds), default=4)
    head = [f"| {'fault':{width}} | schedules | violations | not struck |", f"| {'-' * width} | --------: | ---------: | ---------: |"]
    rows = [f"| {kind:{width}} | {counted[kind]:9} | {failed[kind]:10} | {missed[kind]:10} |" for kind in kinds]
    total = f"| {'all':{width}} | {counted.total():9} | {failed.total():10} | {missed.total():10} |"
    return "\n".join([*head, *rows, total])


def told(verdict: Verdict, replay: str) -> str:
    """Say what a schedule violated, and how to see it again: ``replay`` is the command, up to the seed."""
    lines = [f"seed {verdict.seed} ({verdict.kind}) violates:", *(f"  {violation}" for violation in verdict.violations)]
    return "\n".join([*lines, f"  replay: {replay} {verdict.seed}"])
