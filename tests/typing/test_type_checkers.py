"""mypy and pyright take the right programs of `programs/` as they are, and find each mistake of the wrong ones where it is.

Pyright is run as basedpyright, whose JavaScript comes with its wheel, in pyright's own mode.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PROGRAMS: Final = Path(__file__).parent / "programs"
REPOSITORY: Final = PROGRAMS.parents[2]
EXPECTED: Final = re.compile(r"  # ([a-z-]+), (report[A-Za-z]+)$")
Found = tuple[str, int, str]
"""The program, the line, and what the checker calls the mistake."""


def expected(checker: int) -> set[Found]:
    """Return the mistakes that the comments tell, as the first checker calls them or the second one."""
    lines = ((path.name, number, line) for path in sorted(PROGRAMS.glob("*.py")) for number, line in _lines(path))
    return {(name, number, told[checker + 1]) for name, number, line in lines if (told := EXPECTED.search(line)) is not None}


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    return iter(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))


def test_mypy_finds_each_mistake_and_no_other() -> None:
    paths = sorted(map(str, PROGRAMS.glob("*.py")))
    command = [sys.executable, "-m", "mypy", "--output", "json", "--cache-dir", str(REPOSITORY / ".mypy_cache"), *paths]
    printed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False).stdout
    found = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]

    assert {(Path(one["file"]).name, one["line"], one["code"]) for one in found if one["severity"] == "error"} == expected(0)


def test_pyright_finds_each_mistake_and_no_other(tmp_path: Path) -> None:
    settings = {"typeCheckingMode": "standard", "extraPaths": [str(REPOSITORY)], "include": [str(PROGRAMS)]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "-p", str(tmp_path), "--outputjson"]
    printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = json.loads(printed)["generalDiagnostics"]

    assert {(Path(one["file"]).name, one["range"]["start"]["line"] + 1, one["rule"]) for one in found} == expected(1)


def test_the_wrong_programs_hold_mistakes() -> None:
    assert len(expected(0)) == len(expected(1)) > 10
