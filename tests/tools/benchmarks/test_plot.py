"""The plot: one line per way to do the job, over the number of resources."""

from pathlib import Path
from xml.etree import ElementTree as ET

from tools.benchmarks.plot import lines, plot
from tools.benchmarks.row import Row

ROWS = [
    Row("changes", "create", 5.0, "s", resources=151),
    Row("changes", "create", 4.0, "s", resources=4),
    Row("changes", "mutations on create", 2),
    Row("today", "one by one", 44.0, "s", resources=151),
    Row("today", "not measured", None, "s", resources=4),
]


def test_points_are_ordered_by_their_resources() -> None:
    assert lines(ROWS) == {"changes: create": [(4, 4.0), (151, 5.0)], "today: one by one": [(151, 44.0)]}


def test_the_picture_names_every_line(tmp_path: Path) -> None:
    target = tmp_path / "plot.svg"

    assert plot(ROWS, target)

    drawn = target.read_text()
    ET.fromstring(drawn)  # noqa: S314 - written a line ago
    assert all(name in drawn for name in ("changes: create", "today: one by one"))
    assert "<script" not in drawn


def test_without_points_there_is_no_picture(tmp_path: Path) -> None:
    assert not plot(ROWS[2:3], tmp_path / "plot.svg")
    assert list(tmp_path.iterdir()) == []
