"""One line of the benchmark's result: what was measured, and what it must be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Any, Final


class Verdict(StrEnum):
    """What becomes of a figure; SHOWN where it has no bound, NOT_JUDGED where this run is too short to hold it to one.

    BROKEN is no figure at all, but work that failed.
    """

    MET = "met"
    NOT_MET = "NOT MET"
    BROKEN = "BROKEN"
    SHOWN = ""
    NOT_JUDGED = "not judged"


MISSED: Final = frozenset({Verdict.NOT_MET, Verdict.BROKEN})


@dataclass(frozen=True, slots=True)
class Row:
    """``value`` in ``unit`` ("" for a ratio); ``at_most`` is what it must be, None where it is only shown.

    ``value`` None: it could not be measured, and ``note`` says why. ``samples`` are what ``value`` is the median of.
    With ``resources`` it is a point of the plot, on the line ``what``.
    """

    case: str
    what: str
    value: float | None
    unit: str = ""
    at_most: float | None = None
    judged: bool = True
    note: str = ""
    samples: Sequence[float] = field(default=())
    resources: int | None = None
    broken: bool = False

    @property
    def verdict(self) -> Verdict:
        """Compare the figure with its bound."""
        if self.broken:
            return Verdict.BROKEN
        if self.at_most is None or self.value is None:
            return Verdict.SHOWN
        if not self.judged:
            return Verdict.NOT_JUDGED
        return Verdict.MET if self.value <= self.at_most else Verdict.NOT_MET

    def to_json(self) -> dict[str, Any]:
        """Return the row as it stands in the JSON report."""
        return {
            "case": self.case,
            "what": self.what,
            "value": self.value,
            "unit": self.unit,
            "atMost": self.at_most,
            "verdict": str(self.verdict) or "shown",
            "note": self.note,
            "samples": list(self.samples),
            "resources": self.resources,
        }


def median_row(case: str, what: str, samples: Sequence[float], **more: Any) -> Row:
    """Return a row whose value is the median of ``samples``; ``more`` are further fields of the row."""
    return Row(case, what, median(samples), samples=tuple(samples), **more)


def broken_row(case: str, what: str, error: Exception) -> Row:
    """Return the row of something that could not be measured because it failed; ``error`` begins with what failed."""
    return Row(case, what, None, note=str(error).partition("\n")[0].rstrip(":"), broken=True)


def ratios(measured: Sequence[float], base: Sequence[float] | float, overhead: Sequence[float] | float = 0.0) -> list[float]:
    """Return (measured − overhead) / base for each repetition; a number stands for as many equal ones.

    Each repetition is compared with its own, so that a ratio is of one and the same moment of the machine.
    """
    times = len(measured)
    return [(one - less) / by for one, less, by in zip(measured, _each(overhead, times), _each(base, times), strict=True)]


def all_met(rows: Iterable[Row]) -> bool:
    """Say whether everything worked, and no figure exceeds its bound."""
    return not any(row.verdict in MISSED for row in rows)


def _each(value: Sequence[float] | float, times: int) -> Sequence[float]:
    return [value] * times if isinstance(value, int | float) else value
