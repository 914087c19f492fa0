"""The result as files: JSON for programs, a table for people, a plot."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tools.benchmarks.pace import COUNTED, LATENCY, SHORT, Pace
from tools.benchmarks.plot import plot
from tools.benchmarks.row import MISSED, Row, Verdict
from tools.benchmarks.table import table

SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the figures depend on besides the code."""

    began: str
    cores: int
    load: tuple[float, ...]
    python: str
    system: str

    @classmethod
    def now(cls) -> "Surroundings":
        """Look at this machine."""
        load = tuple(round(one, 2) for one in os.getloadavg())
        began = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(began, os.cpu_count() or 0, load, platform.python_version(), platform.platform())

    def to_json(self) -> dict[str, Any]:
        """Return it as it stands in the JSON report."""
        return {"began": self.began, "cores": self.cores, "load": list(self.load), "python": self.python, "system": self.system}


def heading(pace: Pace, before: Surroundings) -> str:
    """Say under what conditions the figures were measured."""
    kind = "" if pace.judged else " QUICK RUN: ratios of wall time are shown and not judged."
    return (
        f"aem-mail benchmark, {pace.name}.{kind}\n"
        f"Ratios of wall time: time scale {pace.scale:g}, median of {pace.repetitions}; counts: time scale {COUNTED:g} or {SHORT:g}; "
        f"latency {LATENCY * 1000:.0f} ms.\n"
        f"{before.began}, {before.cores} cores, load {before.load[0]} before the run, Python {before.python}."
    )


def closing(rows: Sequence[Row]) -> str:
    """Say what became of the bounds, and name those that are not met."""
    verdicts = [row.verdict for row in rows]
    missed = [f"{row.case}: {row.what}" for row in rows if row.verdict in MISSED]
    judged = verdicts.count(Verdict.MET) + len(missed)
    return f"{judged - len(missed)} of {judged} bounds met" + (": not met are\n" + "\n".join(missed) if missed else ".")


def to_json(rows: Sequence[Row], pace: Pace, before: Surroundings) -> dict[str, Any]:
    """Return the whole result."""
    measured: Mapping[str, Any] = {"name": pace.name, "timeScale": pace.scale, "repetitions": pace.repetitions}
    return {
        "schemaVersion": SCHEMA_VERSION,
        "pace": measured,
        "surroundings": before.to_json(),
        "rows": [row.to_json() for row in rows],
    }


def write(rows: Sequence[Row], pace: Pace, before: Surroundings, folder: Path) -> list[Path]:
    """Write all files; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    document, text, picture = folder / "benchmark.json", folder / "benchmark.md", folder / "benchmark.svg"
    document.write_text(json.dumps(to_json(rows, pace, before), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    text.write_text(f"{heading(pace, before)}\n\n{table(rows)}\n\n{closing(rows)}\n", encoding="utf-8")
    picture.unlink(missing_ok=True)
    return [document, text, *([picture] if plot(rows, picture) else [])]
