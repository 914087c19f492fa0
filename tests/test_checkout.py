"""Who opens the repository sees at once what is where."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parent.parent
MADE: Final = ("__pycache__", "build", "*.egg-info", "node_modules")
"""What commands make in a checkout, which Git ignores."""
MOST_AT_THE_ROOT: Final = 23


def test_the_root_of_the_repository_can_be_taken_in_at_a_glance() -> None:
    entries = [entry.name for entry in REPOSITORY.iterdir() if not entry.match(".*") and not any(map(entry.match, MADE))]

    assert len(entries) <= MOST_AT_THE_ROOT, sorted(entries)


def test_git_blame_passes_over_commits_of_this_repository_alone() -> None:
    if git("rev-parse", "--is-shallow-repository") != "false":
        pytest.skip("this copy of the repository has no whole history")
    lines = (REPOSITORY / ".git-blame-ignore-revs").read_text(encoding="utf-8").splitlines()
    commits = [line for line in lines if line and not line.startswith("#")]

    assert commits
    assert [one for one in commits if not re.fullmatch("[0-9a-f]{40}", one) or git("cat-file", "-t", one) != "commit"] == []


def git(*args: str) -> str:
    return subprocess.run(["git", *args], cwd=REPOSITORY, capture_output=True, text=True, check=False).stdout.strip()
