"""The report says what was measured, under what conditions, and what is not met."""

import json
from pathlib import Path

from tools.benchmarks.pace import FULL, QUICK
from tools.benchmarks.report import Surroundings, closing, heading, write
from tools.benchmarks.row import Row

BEFORE = Surroundings("2030-01-02T03:04:05+00:00", 2, (0.5, 0.4, 0.3), "3.11.7", "Linux")
MET, MISSED = Row("memory", "peak", 107.0, "MB", 150), Row("one-rule", "ratio", 1.2, at_most=1.05)


def test_a_quick_run_says_that_it_judges_less() -> None:
    assert "QUICK RUN" in heading(QUICK, BEFORE)
    assert "QUICK" not in heading(FULL, BEFORE)
    assert "load 0.5" in heading(FULL, BEFORE)


def test_what_is_not_met_is_named_at_the_end() -> None:
    assert closing([MET]) == "1 of 1 bounds met."
    assert closing([MET, MISSED]) == "1 of 2 bounds met: not met are\none-rule: ratio"


def test_the_json_has_the_conditions_and_every_figure(tmp_path: Path) -> None:
    document, text = write([MET, MISSED], FULL, BEFORE, tmp_path / "new" / "folder")

    result = json.loads(document.read_text())
    assert result["schemaVersion"] == 1
    assert result["pace"] == {"name": "full", "timeScale": 10, "repetitions": 3}
    assert result["surroundings"]["load"] == [0.5, 0.4, 0.3]
    assert [(row["what"], row["value"], row["atMost"], row["verdict"]) for row in result["rows"]] == [
        ("peak", 107.0, 150, "met"),
        ("ratio", 1.2, 1.05, "NOT MET"),
    ]
    assert "1 of 2 bounds met" in text.read_text()


def test_a_picture_is_written_where_there_are_points(tmp_path: Path) -> None:
    written = write([Row("changes", "create", 4.0, "s", resources=4)], QUICK, BEFORE, tmp_path)

    assert [path.suffix for path in written] == [".json", ".md", ".svg"]
