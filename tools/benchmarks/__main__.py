"""`python -m tools.benchmarks`: measure, show, and say with the exit status whether every bound is met."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tools.benchmarks import report
from tools.benchmarks.cases import CASES
from tools.benchmarks.errors import Broken
from tools.benchmarks.lab import Lab
from tools.benchmarks.pace import FULL, QUICK
from tools.benchmarks.row import Row, all_met, broken_row
from tools.benchmarks.table import table
from tools.engine import EngineError, environment

DEFAULT_OUTPUT: Final = Path("build") / "benchmark"


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 where all bounds are met, 1 where one is not or where something does not work at all."""
    options = parser().parse_args(arguments)
    pace = QUICK if options.quick else FULL
    before = report.Surroundings.now()
    scratch = Path(tempfile.mkdtemp(prefix="aem-mail-benchmark-"))
    print(report.heading(pace, before), flush=True)
    rows: list[Row] = []
    try:
        lab = Lab(pace, scratch, environment(), say)
        lab.warm_up()
        for name in options.only or CASES:
            rows += measured(name, lab)
    except (Broken, EngineError) as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    written = report.write(rows, pace, before, options.output)
    print(f"\n{report.closing(rows)}\nWritten: {', '.join(map(str, written))}")
    return 0 if all_met(rows) else 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and shorter waits; ratios of wall time are not judged")
    parser.add_argument("--only", action="append", choices=CASES, metavar="CASE", help=f"one case of: {', '.join(CASES)}; repeatable")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="folder of the report (default: %(default)s)")
    return parser


def measured(name: str, lab: Lab) -> Iterator[Row]:
    """Measure one case, and show it when it is done."""
    say(f"{name} …")
    rows: list[Row] = []
    try:
        rows.extend(CASES[name](lab))
    except Broken as error:
        say(str(error))
        rows.append(broken_row(name, "the rest", error))
    print(f"\n{table(rows)}", flush=True)
    yield from rows


def say(message: str) -> None:
    """Tell what is being done, on the side of the result."""
    print(f"benchmark: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
