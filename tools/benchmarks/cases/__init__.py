"""What is measured: one file per question, each a function from the lab to rows."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tools.benchmarks.cases.changes import changes, plural
from tools.benchmarks.cases.drift import drift
from tools.benchmarks.cases.memory import memory
from tools.benchmarks.cases.mixed import mixed
from tools.benchmarks.cases.nothing_to_do import nothing_to_do
from tools.benchmarks.cases.preview import preview
from tools.benchmarks.cases.start_up import start_up
from tools.benchmarks.cases.today import today
from tools.benchmarks.cases.wall import environments, fresh, one_rule
from tools.benchmarks.lab import Lab
from tools.benchmarks.row import Row

Case = Callable[[Lab], Iterator[Row]]

CASES: Final[Mapping[str, Case]] = {
    "one-rule": one_rule,
    "fresh": fresh,
    "environments": environments,
    "changes": changes,
    "plural": plural,
    "mixed": mixed,
    "nothing-to-do": nothing_to_do,
    "preview": preview,
    "memory": memory,
    "drift": drift,
    "start-up": start_up,
    "today": today,
}
