"""`python -m tools.lowest`: run the tests of the plugin and of the engine with the oldest dependencies that pyproject.toml allows.

The environment is made below build/, by uv, from the lowest versions of what the package and its extras require directly. `--with`
takes another version of one of them, to look for a bound: `--with pulumi==3.200.0`. What follows `--` goes to pytest instead of TESTS.
"""

import argparse
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.engine import environment

CHECKOUT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = CHECKOUT / "build" / "lowest"
PYTHON: Final = FOLDER / "venv" / "bin" / "python"
TEST_TOOLS: Final = ("hypothesis", "pytest", "pytest-xdist", "pyyaml", "setuptools")
TESTS: Final = (
    "tests/test_public_names.py",
    "tests/resources/base/test_sdk.py",
    "tests/cloud_manager/test_wire.py",
    "tests/flow/test_program.py::test_the_seed_example_of_stack_local_delivers_and_leaves_nothing",
    "tests/flow/test_failure.py",
    "tests/flow/test_timeouts.py",
    "tests/flow/test_width.py::test_progress_is_shown_while_waiting_and_nothing_of_it_stays",
    "tests/flow/test_secret_inputs.py::test_the_state_says_which_inputs_are_secret_and_a_second_run_changes_nothing",
)
"""What the package relies on beyond what Pulumi promises: the plugin process, errors without tracebacks, secrets, what is not ready."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the environment and return pytest's exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.lowest", description=__doc__)
    parser.add_argument("--with", dest="others", action="append", default=[], metavar="PACKAGE==VERSION", help="instead of the lowest")
    parser.add_argument("tests", nargs="*", metavar="TEST", help="what pytest runs (default: those that show what a bound depends on)")
    options = parser.parse_args(arguments)
    make_environment(options.others)
    env = {**environment(), "VIRTUAL_ENV": str(PYTHON.parents[1])}
    command = [str(PYTHON), "-m", "pytest", "-q", "-p", "no:cacheprovider", *(options.tests or TESTS)]
    return subprocess.run(command, cwd=CHECKOUT, env=env, check=False).returncode  # noqa: S603 - fixed programs


def make_environment(others: Sequence[str]) -> None:
    """Install the lowest direct dependencies, the package itself, and what runs tests."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    locked, overrides = FOLDER / "requirements.txt", FOLDER / "overrides.txt"
    overrides.write_text("\n".join(others), encoding="utf-8")
    resolution = ("--upgrade", "--resolution", "lowest-direct", "--python-version", "3.11", "--extra", "all", "--override", str(overrides))
    uv("pip", "compile", "--quiet", str(CHECKOUT / "pyproject.toml"), *resolution, "--no-emit-find-links", "--output-file", str(locked))
    uv("venv", "--quiet", "--allow-existing", "--python", sys.executable, str(PYTHON.parents[1]))
    uv("pip", "sync", "--quiet", "--python", str(PYTHON), str(locked))
    uv("pip", "install", "--quiet", "--python", str(PYTHON), "--constraint", str(locked), *TEST_TOOLS)
    uv("pip", "install", "--quiet", "--python", str(PYTHON), "--no-deps", "--no-build-isolation", "--editable", str(CHECKOUT))
    print(*(f"{name}=={version}" for name, version in direct(locked).items()), flush=True)


def direct(locked: Path) -> dict[str, str]:
    """Return the versions of what pyproject.toml names."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {_name(one) for group in (project["dependencies"], *project["optional-dependencies"].values()) for one in group}
    lines = (line.partition("==") for line in locked.read_text(encoding="utf-8").splitlines() if "==" in line)
    return {name: version.split()[0] for name, _, version in lines if name in named}


def _name(requirement: str) -> str:
    """Return the name of what is required, as a lock file spells it."""
    return re.split(r"[^\w.-]", requirement)[0].lower().replace(".", "-").replace("_", "-")


def uv(*arguments: str) -> None:
    """Run uv; end where it fails."""
    command = [str(Path(sys.executable).with_name("uv")), *arguments]
    if subprocess.run(command, cwd=CHECKOUT, env=dict(os.environ), check=False).returncode != 0:  # noqa: S603 - fixed programs
        sys.exit(f"lowest: uv {arguments[0]} {arguments[1]} failed")


if __name__ == "__main__":
    sys.exit(main())
