"""What a branch needs, and what may be taken out of it: pure decisions about files by their path in the repository."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aem_mail.model import ConflictPolicy
from aem_mail.osgi.difference import difference
from aem_mail.publishing.errors import RepositoryUnusable
from aem_mail.publishing.request import BranchAddress, digest

Files = Mapping[str, bytes]
Digests = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """What one commit changes: contents by path, None where the file goes. ``notes`` say what stays as it is, and why."""

    files: Mapping[str, bytes | None] = field(default_factory=dict)
    notes: Sequence[str] = ()


def wanted_changes(place: BranchAddress, wanted: Files, there: Files, ours: Digests, on_conflict: str) -> Changes:
    """Return which files the branch lacks.

    A file that is there counts as this stack's own where it is what ``ours`` says was pushed last. Raises RepositoryUnusable
    that names every file which somebody else has written or edited, unless ``on_conflict`` is "replace".
    """
    files = {path: content for path, content in wanted.items() if there.get(path) != content}
    foreign = [path for path in files if path in there and digest(there[path]) != ours.get(path)]
    if foreign and on_conflict != ConflictPolicy.REPLACE:
        raise RepositoryUnusable(_refusal(place, foreign, wanted, there, ours))
    return Changes(files, [f"{path} on {place} was overwritten; it was not what this stack had pushed." for path in foreign])


def leftover_changes(place: BranchAddress, leftovers: Digests, there: Files, *, delete_file: bool) -> Changes:
    """Return which of the files that were pushed once, and are wanted no more, go."""
    present = [path for path in leftovers if path in there]
    if not delete_file:
        return Changes(notes=[stays(path, place) for path in present])
    edited = [path for path in present if digest(there[path]) != leftovers[path]]
    gone = dict.fromkeys(path for path in present if path not in edited)
    return Changes(gone, [f"{path} stays on {place}: it is not what was pushed, so somebody has edited it." for path in edited])


def stays(path: str, place: BranchAddress) -> str:
    return f"{path} stays on {place}: it is source code; remove it there when it is no longer wanted."


def _refusal(place: BranchAddress, foreign: Sequence[str], wanted: Files, there: Files, ours: Digests) -> str:
    described = "; ".join(f"{path} ({_cause(there[path], wanted[path], known=path in ours)})" for path in foreign)
    return (
        f"PublishedConfiguration: {place} holds other content than was declared, and nothing was pushed: {described}. "
        'Bring the declaration in line with it, remove it there, or set on_conflict="replace" to overwrite it.'
    )


def _cause(there: bytes, wanted: bytes, *, known: bool) -> str:
    history = "edited since it was pushed" if known else "not written by this stack"
    return f"{history}; {difference(there.decode('utf-8', 'replace'), wanted.decode('utf-8', 'replace'))}"
