"""One stack, asked of Pulumi: what it has recorded, what it is configured with, and what a run would do."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aem_mail.files import FileUnusable, read_bytes, write_private
from aem_mail.stack import command
from aem_mail.stack.answer import Unreadable
from aem_mail.stack.command import EngineFailed, Output, without_traceback
from aem_mail.stack.configuration import parse_configuration, parse_stack_names
from aem_mail.stack.export import Export, parse_export
from aem_mail.stack.preview import NoEvents, Preview, Urns, dependencies_of_plan, parse
from aem_mail.stack.recorded import RecordedStack, recorded_stack

LARGEST_PLAN: Final = 1 << 28
"""Bytes; a resource has about two thousand."""
SHORT_LIVED: Final = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}
"""Lets a process that ends soon collect no garbage before it holds that much: of an export, a sixth of its time."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack (None: the selected one) of the project in or above ``folder``, which has ``patience`` seconds for an answer (None: any).

    All that is asked raises EngineFailed where Pulumi fails or its answer cannot be understood, and InvalidInput where there is no such
    project or stack.
    """

    name: str | None
    folder: Path
    patience: float | None = None

    def preview(self, *, refresh: bool = False, save_plan: Path | None = None) -> tuple[Preview, Urns]:
        """Preview the stack; return what was told, and which resource declares to depend on which.

        With ``refresh`` the provider reads what is live. ``save_plan`` keeps the plan for `pulumi up --plan`, readable by its owner
        only; raises FileUnusable where that cannot be written. Writes no state.
        """
        with tempfile.TemporaryDirectory(prefix="aem-mail-") as private:
            saved = Path(private) / "plan.json"
            options = [f"--save-plan={saved}", *(["--refresh"] if refresh else [])]
            preview = self._told("preview", *options)
            if save_plan is not None:
                write_private(save_plan, read_bytes(saved, LARGEST_PLAN))
            return preview, _dependencies_of_plan(saved)

    def preview_of_destroy(self, *, refresh: bool = False) -> Preview:
        """Return what `pulumi destroy` would do; as `preview` does otherwise."""
        return self._told("destroy", "--preview-only", *(["--refresh"] if refresh else []))

    def configuration(self) -> dict[str, Any]:
        """Return the stack's configuration by full key, secrets in plain text: for the memory of this process only."""
        text = self._checked("config", "--json", "--show-secrets")
        with _understood(self._part("configuration")):
            return parse_configuration(text)

    def export(self) -> Export:
        """Return the stack's state, secrets encrypted."""
        text = self._checked("stack", "export", env=SHORT_LIVED)
        with _understood(self._part("state")):
            return parse_export(text)

    def recorded(self) -> RecordedStack:
        """Return what the stack has recorded of this package."""
        export = self.export()
        with _understood(self._part("state")):
            return recorded_stack(self.name or "", export)

    def names(self) -> list[str]:
        """Return the names of the project's stacks, sorted."""
        text = self._checked("stack", "ls", "--json")
        with _understood("list of the project's stacks"):
            return parse_stack_names(text)

    def _told(self, subcommand: str, *options: str) -> Preview:
        output = self._run(subcommand, "--json", "--non-interactive", *options, env={"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"})
        preview = _parsed(output)
        if not preview.succeeded or output.code != 0:
            refused = None if preview.began else output.refusal
            raise refused or EngineFailed(f"pulumi {subcommand} failed: {_reasons(preview, output)}")
        return preview

    def _checked(self, *args: str, env: Mapping[str, str] | None = None) -> str:
        output = self._run(*args, env=env)
        if output.code != 0:
            raise output.refusal or EngineFailed(f"pulumi {args[0]} failed: {output.reason}")
        return output.stdout

    def _run(self, *args: str, env: Mapping[str, str] | None = None) -> Output:
        named = [f"--stack={self.name}"] if self.name is not None else []
        return command.run(self.folder, *args, *named, env=env, patience=self.patience)

    def _part(self, part: str) -> str:
        return f"{part} of stack {self.name}" if self.name else f"{part} of stack"


def all_stacks(folder: Path) -> list[Stack]:
    """Return the stacks of the project, by name. Raises as what a Stack is asked."""
    return [Stack(name, folder) for name in Stack(None, folder).names()]


@contextmanager
def _understood(what: str) -> Iterator[None]:
    """Raise EngineFailed for an answer that cannot be understood."""
    try:
        yield
    except Unreadable as error:
        raise EngineFailed(f"The {what} cannot be read: {error}.") from None


def _parsed(output: Output) -> Preview:
    try:
        return parse(output.stdout.splitlines())
    except NoEvents as error:
        raise EngineFailed(
            f"pulumi preview printed something other than events ({error}); a newer pulumi is needed, such as 3.259.0."
        ) from None


def _reasons(preview: Preview, output: Output) -> str:
    errors = [without_traceback(error) for error in preview.errors if error != "preview failed"]
    return " ".join(errors) or output.reason or f"it ended with {output.code} and gave no reason."


def _dependencies_of_plan(saved: Path) -> Urns:
    try:
        return dependencies_of_plan(read_bytes(saved, LARGEST_PLAN))
    except FileUnusable:
        return {}
