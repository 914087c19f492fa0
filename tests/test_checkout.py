"""Who opens the repository sees at once what is where."""

from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
MADE: Final = ("__pycache__", "build", "*.egg-info", "node_modules")
"""What commands make in a checkout, which Git ignores."""
MOST_AT_THE_ROOT: Final = 22


def test_the_root_of_the_repository_can_be_taken_in_at_a_glance() -> None:
    entries = [entry.name for entry in REPOSITORY.iterdir() if not entry.match(".*") and not any(map(entry.match, MADE))]

    assert len(entries) <= MOST_AT_THE_ROOT, sorted(entries)
