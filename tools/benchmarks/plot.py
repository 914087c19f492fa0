"""Wall time against the number of resources, as SVG."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from tools.benchmarks.row import Row

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
    figure = Figure(figsize=(11, 6.5), layout="constrained")
    axes = figure.subplots()
    axes.set(title=TITLE, xlabel="resources", ylabel="seconds", xscale="log", yscale="log")
    for name, points in found.items():
        resources, seconds = zip(*points, strict=True)
        axes.plot(resources, seconds, marker="o", markersize=4, label=name)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(ScalarFormatter())
        axis.set_minor_formatter(NullFormatter())
    axes.set_xticks(sorted({resources for points in found.values() for resources, _ in points}))
    axes.set_yticks([1, 2, 5, 10, 20, 50, 100])
    axes.grid(visible=True, which="both", alpha=0.2)
    figure.legend(loc="outside right upper", fontsize="small")
    figure.savefig(target, format="svg", metadata={"Date": None})
    return True
