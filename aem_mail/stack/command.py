"""Pulumi's own command line, run without a shell; it is whatever ``pulumi`` PATH names."""

import os
import re
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aem_mail.errors import AemMailError, InvalidInput, Problem

PATIENCE_SECONDS: Final = 10.0
PER_PROCESSOR: Final = 4
NOT_THERE: Final = {
    "no stack named": "--stack",
    "no stack selected": "--stack",
    "no Pulumi.yaml project file found": "--cwd",
}
"""What Pulumi says where the user named, or left out, the wrong thing; and the option that fixes it."""


class EngineFailed(AemMailError):
    """Pulumi could not be run, or ended with an error; the text is what it said."""

    exit_code = 30


@dataclass(frozen=True, slots=True)
class Output:
    """How a command of Pulumi ended, and what it printed."""

    code: int
    stdout: str
    stderr: str

    @property
    def reason(self) -> str:
        """What it said of its end, as one sentence; empty if nothing."""
        return sentence(self.stderr)

    @property
    def refusal(self) -> InvalidInput | None:
        """The error that names the option, where there is no such project or stack."""
        option = next((option for words, option in NOT_THERE.items() if words in self.stderr), None)
        return None if option is None else InvalidInput("pulumi", [Problem(option, self.reason)])


def run(folder: Path, *args: str, env: Mapping[str, str] | None = None, patience: float | None = None) -> Output:
    """Run one command of Pulumi in a folder. Raises EngineFailed where there is no Pulumi, or it takes more than ``patience`` seconds."""
    command = ["pulumi", *args, "--color=never"]
    try:
        process = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell; Pulumi is whatever PATH says
            command,
            cwd=folder,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
    except FileNotFoundError:
        raise EngineFailed(
            "pulumi is not on PATH: install it (https://www.pulumi.com/docs/install), or, in a checkout of aem-mail, run "
            '`make setup` and then `eval "$(make -s engine-env)"`.'
        ) from None
    return _ended(process, patience)


def width(environ: Mapping[str, str]) -> int:
    """Return how many operations the engine runs at a time: PULUMI_PARALLEL, or its default, four for each processor."""
    given = environ.get("PULUMI_PARALLEL", "")
    return int(given) if given.isdecimal() and int(given) > 0 else PER_PROCESSOR * (os.cpu_count() or 1)


def without_traceback(message: str) -> str:
    """Leave out the traceback of a program that raised: its last line says what and why."""
    head, found, trace = message.partition("Traceback (most recent call last):")
    if not found:
        return sentence(message)
    return f"{sentence(head)} {sentence(trace.strip().splitlines()[-1])} (`pulumi preview` shows where.)"


def sentence(text: str) -> str:
    """Return what Pulumi said on one line, ended like a sentence."""
    one_line = " ".join(re.sub(r"^error: ", "", text.strip()).split())
    return one_line if not one_line or one_line.endswith((".", ":", "!", "?")) else f"{one_line}."


def _ended(process: subprocess.Popen[str], patience: float | None) -> Output:
    """Wait for the end. A Ctrl-C reaches Pulumi too: it gets time to end its plugins, and is ended if it does not."""
    try:
        stdout, stderr = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise EngineFailed(f"pulumi did not answer within {patience:g} seconds.") from None
    except KeyboardInterrupt:
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=PATIENCE_SECONDS)
        process.kill()
        raise
    return Output(process.returncode, stdout, stderr)
