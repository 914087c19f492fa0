"""``python -m tests.soak``: schedules in process and with the real command line, a table, and an honest exit status."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.soak.campaign import carried_out, fresh_seed, seeds_from, table, told
from tests.soak.command_line import CommandLine
from tests.soak.disturbance import Kind
from tests.soak.launcher import Launcher
from tests.soak.process import warm_up
from tests.soak.schedule import KINDS, REAL_KINDS, schedule
from tests.soak.stand_in import StandIn
from tests.soak.trial import Verdict, carry_out

COMMAND = "python -m tests.soak"


@dataclass(frozen=True, slots=True)
class Sort:
    """Schedules for one engine: how it is named, what goes wrong with it, and the option that replays one."""

    name: str
    launcher: type[Launcher]
    kinds: Sequence[Kind]
    replay: str

    def carry_out(self, seed: int) -> Verdict:
        return carry_out(schedule(seed, self.kinds), self.launcher)


IN_PROCESS = Sort("in process", StandIn, KINDS, f"{COMMAND} --seed")
REAL = Sort("with the real command line", CommandLine, REAL_KINDS, f"{COMMAND} --real-seed")


def main() -> int:
    arguments = _arguments()
    warm_up()
    if arguments.seed is not None:
        return _replayed(IN_PROCESS.carry_out(arguments.seed))
    if arguments.real_seed is not None:
        return _replayed(REAL.carry_out(arguments.real_seed))
    in_process = _campaign(IN_PROCESS, arguments.first, arguments.schedules, arguments.width)
    return _campaign(REAL, arguments.first, arguments.real, arguments.real_width) or in_process


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--schedules", type=int, default=1000, help="schedules in process")
    parser.add_argument("--width", type=int, default=12, help="schedules in process at once")
    parser.add_argument("--real", type=int, default=30, help="schedules with the real command line")
    parser.add_argument("--real-width", type=int, default=3, help="schedules with the real command line at once")
    parser.add_argument("--first", type=int, help="the first seed, so that the schedules are the same each time; default: a fresh one")
    parser.add_argument("--seed", type=int, help="replay this one in process")
    parser.add_argument("--real-seed", type=int, help="replay this one with the real command line")
    return parser.parse_args()


def _campaign(sort: Sort, given: int | None, number: int, width: int) -> int:
    """Carry out ``number`` schedules, each with another fault in turn; 0 if every promise was kept."""
    first = fresh_seed(len(sort.kinds)) if given is None else given
    print(f"{number} schedules {sort.name}, seeds from {first} on", flush=True)
    began = time.monotonic()
    verdicts = []
    for verdict in carried_out(seeds_from(first, number), sort.carry_out, number, width):
        verdicts.append(verdict)
        if verdict.violations:
            print(told(verdict, sort.replay), flush=True)
    counted = sum(verdict.fired for verdict in verdicts)
    clean = sum(verdict.fired and not verdict.violations for verdict in verdicts)
    seeds = f"seeds {first} to {max((verdict.seed for verdict in verdicts), default=first)}"
    print(f"\n{table(verdicts)}\n\n{clean} of {counted} {sort.name} without violation, {seeds}, {time.monotonic() - began:.0f} s\n")
    return 0 if counted >= number and not any(verdict.violations for verdict in verdicts) else 1


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
