"""The stacks of a drift run: exported side by side, while what they declare is being read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from aem_mail.checks.project import read_files
from aem_mail.checks.subject import ProjectFile
from aem_mail.cli.connection import connection_of
from aem_mail.cli.progress import Progress
from aem_mail.cli.reads import Reads
from aem_mail.drift.live import Live, Unread
from aem_mail.drift.state import StackState
from aem_mail.errors import AemMailError
from aem_mail.files import is_directory
from aem_mail.kinds import Scope
from aem_mail.live.reader import Reader
from aem_mail.osgi import OsgiError
from aem_mail.publishing.published_files import PublishedFile, published_file
from aem_mail.resources.base import configuration_file
from aem_mail.stack.preview import Preview
from aem_mail.stack.recorded import RecordedResource, RecordedStack
from aem_mail.stack.stack import Stack

Files = Mapping[str, ProjectFile]
EXPORTS_PER_PROCESSOR: Final = 2
"""At a time; each holds about 130 MB for a moment."""
STACKS, PLACES = "stacks exported", "environments and programs read"


@dataclass(frozen=True, slots=True)
class Fleet:
    """What a run starts from."""

    states: Sequence[StackState]
    live: Live
    files: Mapping[str, Files]


def read_fleet(stacks: Sequence[Stack], project: Path, *, with_program: bool = False) -> Fleet:
    """Export every stack and read what it declares; each failure takes the place of what it kept from being known.

    Twice as many stacks are exported at a time as there are processors, since an export waits for its back end too; not so a preview.
    """
    progress = Progress(STACKS, PLACES)
    progress.expect(STACKS, len(stacks))
    width = (1 if with_program else EXPORTS_PER_PROCESSOR) * (os.cpu_count() or 1)
    with Reader(partial(progress.done, PLACES)) as reader, ThreadPoolExecutor(width, thread_name_prefix="export") as exports:
        reads = Reads(reader)
        states = list(exports.map(partial(_state, reads, progress, with_program=with_program), stacks))
        resources = [one for state in states for one in state.resources if one.scope is Scope.PROJECT]
        found = _files(resources, project)
        published = _published(states)
        live = reads.live({one.id: _judged(one, project, found, published.get(one.id)) for one in resources})
        live = replace(live, published={id_: one.urn for id_, one in published.items()})
    progress.end()
    return Fleet(states, live, {directory: files for directory, files in found.items() if not isinstance(files, Unread)})


def _state(reads: Reads, progress: Progress, chosen: Stack, *, with_program: bool) -> StackState:
    recorded: RecordedStack | AemMailError
    try:
        recorded = chosen.recorded()
        progress.expect(
            PLACES, reads.ask(connection_of(chosen, recorded.config, by_now=False), recorded.resources) if recorded.resources else 0
        )
    except AemMailError as error:
        recorded = error
    progress.done(STACKS)
    name = chosen.name or (recorded.name if isinstance(recorded, RecordedStack) else "")
    return StackState(name, recorded, _preview(chosen) if with_program and isinstance(recorded, RecordedStack) else None)


def _preview(chosen: Stack) -> Preview | AemMailError:
    try:
        return chosen.preview()[0]
    except AemMailError as error:
        return error


def _published(states: Iterable[StackState]) -> dict[str, PublishedFile]:
    """Return the files that the stacks publish, by the id of their OsgiConfig."""
    found = {
        one.id: published_file(one.id, state.recorded.published)
        for state in states
        if isinstance(state.recorded, RecordedStack) and state.recorded.published
        for one in state.resources
        if one.scope is Scope.PROJECT
    }
    return {id_: one for id_, one in found.items() if one is not None}


def _judged(
    resource: RecordedResource, project: Path, found: Mapping[str, Files | Unread], published: PublishedFile | None
) -> str | AemMailError | None:
    """Read a file where AEM gets it from: in the repository where it is published, else in this checkout."""
    if published is None:
        return _text(resource, project, found)
    try:
        return published.read(project)
    except AemMailError as error:
        return error


def _text(resource: RecordedResource, project: Path, found: Mapping[str, Files | Unread]) -> str | AemMailError | None:
    directory, pid = str(resource.inputs.get("directory")), str(resource.inputs.get("pid"))
    unread = found.get(directory)
    if isinstance(unread, Unread):
        return unread
    folder = ".".join(filter(None, ["config", resource.inputs.get("run_mode")]))
    try:
        text = configuration_file.read(configuration_file.path_within(project / directory, f"{folder}/{pid}.cfg.json", project))
    except AemMailError as error:
        return error
    if text is None and directory not in found:
        return Unread(f"OsgiConfig {resource.id}: the folder {directory} is not there; check out the AEM project to have it compared.")
    return text


def _files(resources: Iterable[RecordedResource], project: Path) -> dict[str, Files | Unread]:
    """Read the AEM projects by their directories, without those that are not there; one that cannot be read whole is not judged at all."""
    found: dict[str, Files | Unread] = {}
    for directory in sorted({str(one.inputs.get("directory")) for one in resources}):
        if is_directory(project / directory):
            try:
                found[directory] = read_files(project / directory)
            except OsgiError as error:
                found[directory] = Unread(str(error))
    return found
