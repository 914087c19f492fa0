"""Where the stations of a picture stand: side by side, or one under the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

RADIUS: Final = 13
"""Of a station's mark."""
LINE_HEIGHT: Final = 16
BORDER: Final = 2
GAP: Final = RADIUS + 4
"""From a mark's centre to where the track begins."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the picture, in its own units."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How stations are set: side by side at ``step`` units, or, without, one under the other.

    ``width`` is that of the whole picture, from which a viewer scales it; texts have ``columns`` a line, bold ones ``bold_columns``.
    """

    width: int
    columns: int
    bold_columns: int
    step: int | None = None

    def centres(self, lines: Sequence[int]) -> list[Point]:
        """Return where the marks stand, given how many lines of text each station has."""
        if self.step is not None:
            return [Point(self.step // 2 + number * self.step, RADIUS + BORDER) for number in range(len(lines))]
        return [Point(RADIUS + BORDER, top + RADIUS + BORDER) for top in self._tops(lines)][:-1]

    def height(self, lines: Sequence[int]) -> int:
        """Return the height of the whole picture."""
        if self.step is not None:
            return 2 * GAP + max(lines) * LINE_HEIGHT + LINE_HEIGHT // 2
        return list(self._tops(lines))[-1]

    def text(self, centre: Point, number: int) -> Point:
        """Return where the line of that number, from 0, stands by a mark: its middle below it, or its beginning beside it."""
        if self.step is not None:
            return Point(centre.x, centre.y + GAP + (number + 1) * LINE_HEIGHT)
        return Point(centre.x + RADIUS + 12, centre.y + 4 + number * LINE_HEIGHT)

    def track(self, start: Point, end: Point) -> tuple[str, str]:
        """Return the line from one mark to the next, and its arrow head, as path data."""
        if self.step is not None:
            return f"M{start.x + GAP} {start.y}H{end.x - GAP - 7}", f"M{end.x - GAP} {end.y}l-8 -5v10z"
        return f"M{start.x} {start.y + GAP}V{end.y - GAP - 7}", f"M{end.x} {end.y - GAP}l-5 -8h10z"

    def _tops(self, lines: Sequence[int]) -> Iterator[int]:
        top = 0
        for count in lines:
            yield top
            top += max(count * LINE_HEIGHT + LINE_HEIGHT, 2 * GAP + LINE_HEIGHT)
        yield top


WIDE: Final = Layout(width=1176, columns=25, bold_columns=21, step=168)
NARROW: Final = Layout(width=320, columns=42, bold_columns=36)
