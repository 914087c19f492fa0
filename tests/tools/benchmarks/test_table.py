"""The table shows every figure with its unit, its bound and what became of it."""

from hypothesis import given
from hypothesis import strategies as st

from tools.benchmarks.row import Row
from tools.benchmarks.table import table

ROWS = [
    Row("one-rule", "up", 95.123, "s"),
    Row("one-rule", "ratio", 1.2, at_most=1.05),
    Row("changes", "mutations", 2, at_most=2, note="PUT, PATCH"),
    Row("changes", "create", 3.5, "s", resources=151),
    Row("memory", "peak", 107.4, "MB", at_most=150),
    Row("today", "by hand", None, note="node not on PATH"),
]

EXPECTED = """\
### one-rule
| measured |   value | must be |         |
| -------- | ------: | ------: | ------- |
| up       | 95.12 s |         |         |
| ratio    |    1.20 |  ≤ 1.05 | NOT MET |

### changes
| measured              |  value | must be |                 |
| --------------------- | -----: | ------: | --------------- |
| mutations             |      2 |     ≤ 2 | met; PUT, PATCH |
| create, 151 resources | 3.50 s |         |                 |

### memory
| measured |  value |  must be |     |
| -------- | -----: | -------: | --- |
| peak     | 107 MB | ≤ 150 MB | met |

### today
| measured | value | must be |                  |
| -------- | ----: | ------: | ---------------- |
| by hand  |     – |         | node not on PATH |"""


def test_figures_are_shown_as_people_read_them() -> None:
    assert table(ROWS) == EXPECTED


@given(st.lists(st.builds(Row, case=st.just("case"), what=st.text("abc ", min_size=1), value=st.floats(0, 1e6)), min_size=1))
def test_every_row_has_its_line_and_all_lines_are_equally_long(rows: list[Row]) -> None:
    _, *lines = table(rows).splitlines()

    assert len(lines) == len(rows) + 2
    assert len({len(line) for line in lines}) == 1
