"""A step's script, run as a runner does."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

LONGEST = 240
"""Seconds."""


def run_script(script: Path, checkout: Path, environ: Mapping[str, str], *options: str) -> "subprocess.CompletedProcess[str]":
    """Run a script in the checkout by the bash that a forge starts, with its options; nothing can be asked."""
    return subprocess.run(
        ["bash", *options, "-eo", "pipefail", str(script)],
        cwd=checkout,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
