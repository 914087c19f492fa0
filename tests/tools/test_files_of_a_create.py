"""Whoever follows one change from its provider to HTTP reads few files."""

import subprocess
import sys


def test_a_create_enters_no_more_files_than_can_be_followed() -> None:
    done = subprocess.run([sys.executable, "-m", "tools.files_of_a_create"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
