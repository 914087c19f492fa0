"""Commands about a stack: `--stack S` and `--cwd DIR`, and Pulumi's own command line, run without a shell."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aem_mail.cli import files
from aem_mail.errors import AemMailError, InvalidInput, Problem
from aem_mail.files import FileUnusable, is_directory, read_bytes
from aem_mail.stack.export import Export, Unreadable, parse_export
from aem_mail.stack.preview import NoEvents, Preview, parse
from aem_mail.stack.recorded import RecordedStack, recorded_stack

PATIENCE_SECONDS: Final = 10.0
PER_PROCESSOR: Final = 4
LARGEST_PLAN: Final = 1 << 28
"""Bytes; a resource has about two thousand."""
NOT_THERE: Final = {
    "no stack named": "--stack",
    "no stack selected": "--stack",
    "no Pulumi.yaml project file found": "--cwd",
}
"""What Pulumi says where the user named, or left out, the wrong thing; and the option that mends it."""

SHORT_LIVED: Final = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}
"""Lets a process that ends soon collect no garbage before it holds that much: of an export, a sixth of its time."""

Urns = Mapping[str, Sequence[str]]


class EngineFailed(AemMailError):
    """Pulumi could not be run, or ended with an error; the text is what it said."""

    exit_code = 30


@dataclass(frozen=True, slots=True)
class Output:
    """How a command of Pulumi ended, and what it printed."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack (None: the selected one) of the project in or above ``folder``."""

    name: str | None
    folder: Path

    def preview(self, *, refresh: bool = False, save_plan: Path | None = None) -> tuple[Preview, Urns]:
        """Preview the stack; return what was told, and which resource declares to depend on which.

        With ``refresh`` the provider reads what is live. ``save_plan`` keeps the plan for `pulumi up --plan`, readable by its owner
        only. Writes no state. Raises EngineFailed unless the preview succeeded, and InvalidInput where there is no such project or stack.
        """
        with tempfile.TemporaryDirectory(prefix="aem-mail-") as private:
            saved = Path(private) / "plan.json"
            options = [f"--save-plan={saved}", *(["--refresh"] if refresh else [])]
            preview = self._told("preview", *options)
            if save_plan is not None:
                files.write_privately(save_plan, "--save-plan", read_bytes(saved, LARGEST_PLAN))
            return preview, _dependencies_of_plan(saved)

    def preview_of_destroy(self, *, refresh: bool = False) -> Preview:
        """Return what `pulumi destroy` would do; as `preview` does otherwise."""
        return self._told("destroy", "--preview-only", *(["--refresh"] if refresh else []))

    def configuration(self) -> dict[str, Any]:
        """Return the stack's configuration by full key, secrets in the clear: for the memory of this process only."""
        found = json.loads(self._checked("config", "--json", "--show-secrets") or "{}")
        return {key: entry.get("objectValue", entry.get("value")) for key, entry in found.items()}

    def export(self) -> Export:
        """Return the stack's state, secrets enciphered. Raises EngineFailed, and InvalidInput where there is no such stack."""
        text = self._checked("stack", "export", env=SHORT_LIVED)
        with self._refusing():
            return parse_export(text)

    def recorded(self) -> RecordedStack:
        """Return what the stack has recorded of this package. Raises as `export` does."""
        export = self.export()
        with self._refusing():
            return recorded_stack(self.name or "", export)

    def names(self) -> list[str]:
        """Return the names of the project's stacks, sorted. Raises as `export` does."""
        return sorted(str(one["name"]) for one in json.loads(self._checked("stack", "ls", "--json")))

    def run(self, *args: str, env: Mapping[str, str] | None = None) -> Output:
        """Run one command of Pulumi. Raises EngineFailed where there is none."""
        named = [f"--stack={self.name}"] if self.name is not None else []
        command = ["pulumi", *args, *named, "--color=never"]
        surroundings = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", **(env or {})}
        try:
            process = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell; Pulumi is whatever PATH says
                command,
                cwd=self.folder,
                env=surroundings,
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
        return _ended(process)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Raise EngineFailed for a state that cannot be understood."""
        try:
            yield
        except Unreadable as error:
            name = f" {self.name}" if self.name else ""
            raise EngineFailed(f"The state of stack{name} cannot be read: {error}.") from None

    def _told(self, command: str, *options: str) -> Preview:
        output = self.run(command, "--json", "--non-interactive", *options, env={"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"})
        preview = _parsed(output)
        if not preview.succeeded or output.code != 0:
            raise (None if preview.began else _refused(output)) or EngineFailed(f"pulumi {command} failed: {_reasons(preview, output)}")
        return preview

    def _checked(self, *args: str, env: Mapping[str, str] | None = None) -> str:
        output = self.run(*args, env=env)
        if output.code != 0:
            raise _refused(output) or EngineFailed(f"pulumi {args[0]} failed: {_sentence(output.stderr)}")
        return output.stdout


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--stack` and `--cwd`."""
    parser.add_argument("--stack", metavar="S", help="name of the stack (default: the selected one)")
    parser.add_argument("--cwd", type=Path, default=Path(), metavar="DIR", help="folder of the Pulumi project (default: this one)")


def stack_of(args: argparse.Namespace) -> Stack:
    """Return the stack that the options name; raises InvalidInput for a folder that is not there."""
    if not is_directory(args.cwd):
        raise InvalidInput(f"aem-mail {args.command}", [Problem("--cwd", f"{args.cwd} is no directory; give the folder of Pulumi.yaml")])
    return Stack(args.stack, args.cwd)


def width(environ: Mapping[str, str]) -> int:
    """Return how many operations the engine runs at a time: PULUMI_PARALLEL, or its default, four for each processor."""
    given = environ.get("PULUMI_PARALLEL", "")
    return int(given) if given.isdecimal() and int(given) > 0 else PER_PROCESSOR * (os.cpu_count() or 1)


def _ended(process: subprocess.Popen[str]) -> Output:
    """Wait for the end. A Ctrl-C reaches Pulumi too: it gets time to end its plugins, and is ended if it does not."""
    try:
        stdout, stderr = process.communicate()
    except KeyboardInterrupt:
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=PATIENCE_SECONDS)
        process.kill()
        raise
    return Output(process.returncode, stdout, stderr)


def _parsed(output: Output) -> Preview:
    try:
        return parse(output.stdout.splitlines())
    except NoEvents as error:
        raise EngineFailed(
            f"pulumi preview printed something other than events ({error}); a newer pulumi is needed, such as 3.259.0."
        ) from None


def _refused(output: Output) -> InvalidInput | None:
    option = next((option for words, option in NOT_THERE.items() if words in output.stderr), None)
    return None if option is None else InvalidInput("pulumi", [Problem(option, _sentence(output.stderr))])


def _reasons(preview: Preview, output: Output) -> str:
    errors = [_clean(error) for error in preview.errors if error != "preview failed"]
    return " ".join(errors) or _sentence(output.stderr) or f"it ended with {output.code} and gave no reason."


def _clean(message: str) -> str:
    """Leave out the traceback of a program that raised: its last line says what and why."""
    head, found, trace = message.partition("Traceback (most recent call last):")
    if not found:
        return _sentence(message)
    return f"{_sentence(head)} {_sentence(trace.strip().splitlines()[-1])} (`pulumi preview` shows where.)"


def _sentence(text: str) -> str:
    one_line = " ".join(re.sub(r"^error: ", "", text.strip()).split())
    return one_line if not one_line or one_line.endswith((".", ":", "!", "?")) else f"{one_line}."


def _dependencies_of_plan(saved: Path) -> Urns:
    try:
        plans = json.loads(read_bytes(saved, LARGEST_PLAN))["resourcePlans"]
        return {urn: (plan.get("goal") or {}).get("dependencies") or [] for urn, plan in plans.items()}
    except (FileUnusable, ValueError, KeyError, AttributeError):
        return {}
