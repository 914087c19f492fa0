"""`aem-mail osgi render`: write the OSGi configurations that a stack declares, or say where the checkout has others; 2 where it has."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aem_mail.cli import arguments
from aem_mail.errors import InvalidInput, Occupied, Problem
from aem_mail.files import is_directory
from aem_mail.kinds import Scope, identity, kind_named
from aem_mail.kinds.osgi_config import is_secret_placeholder
from aem_mail.model.secret_like import looks_secret
from aem_mail.osgi.difference import difference
from aem_mail.publishing.published_files import published_file
from aem_mail.resources.base import configuration_file
from aem_mail.stack.preview import CREATIONS, DELETIONS, Preview, PreviewStep
from aem_mail.stack.project_folder import project_folder
from aem_mail.stack.tokens import published_by
from aem_mail.text.characters import visible
from aem_mail.text.confidential import MASK

DIFFERENT: Final = 2


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file that `pulumi up` would write: its path relative to the folder of Pulumi.yaml, and its text.

    ``ours``: the stack may overwrite what is there. ``published`` says where the repository gets it, None where nothing is committed.
    """

    path: str
    directory: str
    content: str
    ours: bool
    published: str | None


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Write the OSGi configurations that a stack declares, as `pulumi up` does: from a preview, which changes nothing and needs no "
        "credentials of Adobe. Exit code 2 with --check: a file is missing or differs."
    )
    arguments.add_stack(parser)
    parser.add_argument("--check", action="store_true", help="write nothing, and say what differs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write or compare; raises EngineFailed where the preview fails, InvalidInput for what only `pulumi up` will know."""
    chosen = arguments.stack_of(args)
    project = project_folder(chosen.folder)
    rendered = list(_rendered(chosen.preview()[0], project))
    if not rendered:
        print("The stack declares no OSGi configuration.")
    act = _checked if args.check else _written
    return max([act(one, project) for one in rendered], default=0)


def _rendered(preview: Preview, project: Path) -> Iterator[Rendered]:
    told = {step.urn: published_by(step.urn, step.new.inputs) for step in preview.steps if step.new is not None}
    requests = {urn: text for urn, text in told.items() if text is not None}
    for step in preview.steps:
        if step.kind is None or step.new is None or step.operation in DELETIONS or kind_named(step.kind).scope is not Scope.PROJECT:
            continue
        inputs = step.new.inputs
        path = _path(step, inputs, project)
        published = published_file(path, requests)
        ours = step.operation not in CREATIONS or kind_named(step.kind).wins(inputs)
        yield Rendered(path, str(inputs["directory"]), _content(step, inputs), ours, None if published is None else str(published))


def _path(step: PreviewStep, inputs: Mapping[str, Any], project: Path) -> str:
    try:
        return identity(str(step.kind), inputs, str(project))
    except ValueError:
        raise _unknown(step, "path") from None


def _content(step: PreviewStep, inputs: Mapping[str, Any]) -> str:
    content = inputs.get("content")
    if isinstance(content, str) and content.startswith("{"):
        return content
    raise _unknown(step, "content")


def _unknown(step: PreviewStep, what: str) -> InvalidInput:
    fault = f"its {what} is a secret, or only `pulumi up` will know it; run `pulumi up`, which writes the file"
    return InvalidInput(f"{step.kind} {step.name}", [Problem("", fault)])


def _file(one: Rendered, project: Path) -> Path:
    return configuration_file.path_within(project / one.directory, "/".join(one.path.split("/")[-2:]), project)


def _written(one: Rendered, project: Path) -> int:
    path = _file(one, project)
    there = configuration_file.read(path)
    if there is not None and there != one.content and not one.ours:
        raise Occupied(
            f"{one.path}: a different file is there, which this stack has not written ({difference(there, one.content)}); "
            'bring the declaration in line with it, remove it, or set on_conflict to "replace".'
        )
    if there != one.content:
        configuration_file.write(path, one.content)
    print(visible(f"{one.path}: {'unchanged' if there == one.content else 'written'}."))
    return 0


def _checked(one: Rendered, project: Path) -> int:
    if one.published is not None:
        print(visible(f"{one.path}: `pulumi up` publishes it as {one.published}; `aem-mail drift` compares it there."))
        return 0
    there = configuration_file.read(_file(one, project))
    if there == one.content:
        print(visible(f"{one.path}: as declared."))
        return 0
    print(visible(f"{one.path}: {_fault(one, project, there)}"))
    for line in _changed_lines(there or "{}", one.content):
        print(visible(line))
    return DIFFERENT


def _fault(one: Rendered, project: Path, there: str | None) -> str:
    if there is None and not is_directory(project / one.directory):
        return f"the folder {one.directory} is not in this checkout; check out the AEM project there, or correct osgi.directory."
    fault = "is missing" if there is None else difference(there, one.content)
    return f"{fault}. Run `aem-mail osgi render` and commit the file."


def _changed_lines(there: str, wanted: str) -> Iterator[str]:
    """Yield the properties that differ, before and after; a value that looks like a secret is not shown."""
    try:
        old, new = json.loads(there), json.loads(wanted)
    except ValueError:
        return
    for name in dict.fromkeys((*new, *old)) if isinstance(old, Mapping) else ():
        if old.get(name) != new.get(name):
            yield from (
                f"  {sign} {json.dumps(name)}: {_shown(name, side[name])}" for sign, side in (("-", old), ("+", new)) if name in side
            )


def _shown(name: str, value: Any) -> str:
    hidden = looks_secret(name, value) and not is_secret_placeholder(value)
    return MASK if hidden else json.dumps(value, ensure_ascii=False)
