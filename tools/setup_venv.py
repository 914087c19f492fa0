"""Make .venv: the locked dependencies and this package. Does nothing when that is what it holds already.

Run by a Python of this machine, with its standard library only. Packages come from wherever pip is configured to look.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
REQUIREMENTS = CHECKOUT / "requirements-dev.txt"


def base_key() -> str:
    """What an environment can never change: its interpreter, whatever the name it was called by, and its place, which its scripts name."""
    return f"{sys.version_info[:3]} {Path(sys.executable).resolve()} {VENV}"


def content_key(files: list[bytes]) -> str:
    """What is installed, by the content of the files that say so."""
    return hashlib.sha256(b"\0".join(hashlib.sha256(file).digest() for file in files)).hexdigest()


def main() -> None:
    """Make, complete or leave the environment."""
    wanted = [base_key(), content_key([REQUIREMENTS.read_bytes(), (CHECKOUT / "pyproject.toml").read_bytes()])]
    present = STAMP.read_text().splitlines() if STAMP.exists() and PYTHON.exists() else []
    if present == wanted:
        return
    STAMP.unlink(missing_ok=True)
    if present[:1] != wanted[:1]:
        create()
    install()
    STAMP.write_text("\n".join(wanted))


def create() -> None:
    """Make an empty environment in the place of whatever is there."""
    say(f"making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", VENV],
        "Making .venv failed. On Debian and Ubuntu, install python3-venv; elsewhere, a Python that has venv and pip.",
    )


def install() -> None:
    """Install the locked dependencies, then this package so that changes in the checkout take effect."""
    advice = "Installing the dependencies failed. Check that pip reaches its index (pip config list) and run the command again."
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    say("installing the locked dependencies, about a minute")
    run([*pip, "--require-hashes", "--requirement", REQUIREMENTS], advice)
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", CHECKOUT], advice)


def run(command: list[str | Path], advice: str) -> None:
    """Run a command; end with the advice if it fails."""
    if subprocess.run(command, cwd=CHECKOUT, check=False).returncode != 0:  # noqa: S603 - fixed programs
        sys.exit(f"setup: {advice}")


def say(message: str) -> None:
    """Report progress, out of the way of what a command prints."""
    print(f"setup: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
