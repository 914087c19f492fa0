"""Wall time against the number of resources, as SVG."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pygal  # type: ignore[import-untyped]
from pygal.style import CleanStyle  # type: ignore[import-untyped]

from benchmarks.row import Row

Lines = dict[str, list[tuple[int, float]]]

TITLE: Final = "Seconds of a run against the number of resources (a PUT takes 1 s here, a PATCH 0.5 s)"


def lines(rows: Iterable[Row]) -> Lines:
    """Return the points of each line, in the order of their resources."""
    found: Lines = {}
    for row in rows:
        if row.resources is not None and row.unit == "s" and row.value is not None:
            found.setdefault(f"{row.case}: {row.what}", []).append((row.resources, row.value))
    return {name: sorted(points) for name, points in found.items()}


def plot(rows: Iterable[Row], target: Path) -> bool:
    """Write the plot; returns False, and writes nothing, where there is nothing to plot."""
    found = lines(rows)
    if not found:
        return False
    # No script: pygal's own would be loaded from the internet.
    chart = pygal.XY(
        title=TITLE,
        x_title="resources",
        y_title="seconds, logarithmic",
        logarithmic=True,
        js=[],
        style=CleanStyle,
        width=1100,
        height=650,
        dots_size=3,
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        truncate_legend=-1,
    )
    for name, points in found.items():
        chart.add(name, points)
    chart.render_to_file(str(target))
    return True
