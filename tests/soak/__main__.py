"""``python -m tests.soak``: schedules in process and with the real command line, a table, and an honest exit status."""

import argparse
import sys
import time
from collections.abc import Callable

from tests.soak.campaign import carried_out, fresh_seed, seeds_from, table, told
from tests.soak.process import warm_up
from tests.soak.schedule import schedule
from tests.soak.trial import Verdict, carry_out

REPLAY = "python -m tests.soak"


def main() -> int:
    arguments = _arguments()
    warm_up()
    if arguments.seed is not None:
        return _replayed(carry_out(schedule(arguments.seed)))
    first = fresh_seed() if arguments.first is None else arguments.first
    return _campaign("in process", first, arguments.schedules, arguments.width, lambda seed: carry_out(schedule(seed)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=REPLAY)
    parser.add_argument("--schedules", type=int, default=1000, help="schedules in process")
    parser.add_argument("--width", type=int, default=12, help="schedules in process at once")
    parser.add_argument("--first", type=int, help="the first seed; a fresh one without")
    parser.add_argument("--seed", type=int, help="replay this one")
    return parser.parse_args()


def _campaign(what: str, first: int, number: int, width: int, trial: Callable[[int], Verdict]) -> int:
    print(f"{number} schedules {what}, seeds from {first} on", flush=True)
    began = time.monotonic()
    verdicts = []
    for verdict in carried_out(seeds_from(first, number), trial, number, width):
        verdicts.append(verdict)
        if verdict.violations:
            print(told(verdict, REPLAY), flush=True)
    counted = sum(verdict.fired for verdict in verdicts)
    clean = sum(verdict.fired and not verdict.violations for verdict in verdicts)
    last = max((verdict.seed for verdict in verdicts), default=first)
    print(f"\n{table(verdicts)}\n\n{clean} of {counted} without violation, seeds {first} to {last}, {time.monotonic() - began:.0f} s")
    return 0 if clean == counted >= number and not any(verdict.violations for verdict in verdicts) else 1


def _replayed(verdict: Verdict) -> int:
    print(f"seed {verdict.seed}: {verdict.kind}, {'struck' if verdict.fired else 'did not strike'}")
    for phase in verdict.history.phases:
        for run in phase.runs:
            print(f"{phase.role}: {run.command} of {run.stack}{'' if run.completed else ', which did not end by itself'}")
            for operation in run.operations:
                print(f"  {operation.step} {operation.name} ({operation.kind}): {operation.result} {operation.error}".rstrip())
        for write in phase.writes:
            who = "somebody else" if write.others else "the engine"
            print(f"  {who} wrote {write.noun} of {write.place}{'' if write.effect else ', without effect'}")
    for violation in verdict.violations:
        print(violation)
    return 1 if verdict.violations else 0


if __name__ == "__main__":
    sys.exit(main())
