"""Publish: have a branch hold the declared files, with at most one commit, on top of whatever others push meanwhile."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from aem_mail.publishing.changes import Changes, Digests, leftover_changes, stays, wanted_changes
from aem_mail.publishing.errors import RepositoryFailed
from aem_mail.publishing.failures import absent
from aem_mail.publishing.message import commit_message, pathnames
from aem_mail.publishing.opening import opened
from aem_mail.publishing.repository import Branch, BranchAbsent, Overtaken
from aem_mail.publishing.request import BranchAddress, Record, Request, digest

ATTEMPTS: Final = 6
"""How often a push is made again because somebody else's came first."""

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done:
    """A record, the branch's last commit when it was made, and what there is to say about it."""

    record: Record
    tip: str
    notes: tuple[str, ...]


def publish(request: Request, recorded: Record | None, say: Say) -> Record:
    """Commit and push what the branch lacks, and take out what an earlier run pushed and nobody wants any more.

    ``recorded`` is what that run left behind. Raises AemMailError; then nothing was pushed, or only what the text says.
    """
    with opened(request.place, request) as branch:
        done = persistently(request.place, lambda: _publish_once(branch, request, recorded))
    for note in done.notes:
        say(note)
    if recorded is not None and recorded.place != request.place:
        _leave(recorded, request, done, say)
    return done.record


def withdraw(recorded: Record, request: Request, wanted_elsewhere: frozenset[str], say: Say) -> None:
    """Take the recorded files out of their branch, as far as they are still what was pushed, and ``delete_file`` is set."""
    kept = sorted(path for path in recorded.files if path in wanted_elsewhere)
    for path in kept:
        say(f"{path} stays on {recorded.place}: another resource of this stack declares it.")
    leftovers = {path: known for path, known in recorded.files.items() if path not in wanted_elsewhere}
    if not request.delete_file:
        for path in leftovers:
            say(stays(path, recorded.place))
    elif leftovers:
        with opened(recorded.place, request) as branch:
            _take_out(branch, leftovers, request, say)


def persistently(place: BranchAddress, attempt: Callable[[], T]) -> T:
    """Repeat what others' pushes have overtaken, from the fetch on."""
    for number in range(ATTEMPTS):
        try:
            return attempt()
        except Overtaken:
            time.sleep(0.1 * 2**number * random.uniform(0.5, 1))  # noqa: S311 - spreads attempts, guards nothing
    raise RepositoryFailed(
        f"PublishedConfiguration: others pushed to {place} first, {ATTEMPTS} times in a row, and nothing of this stack was pushed; "
        "run it again."
    )


def _publish_once(branch: Branch, request: Request, recorded: Record | None) -> Done:
    try:
        base = branch.fetch()
    except BranchAbsent:
        raise absent(branch.place, branch.branches()) from None
    wanted = {path: text.encode("utf-8", "surrogateescape") for path, text in request.files.items()}
    ours = {} if recorded is None else recorded.files
    own_place = recorded is not None and recorded.place == request.place
    leftovers = {path: known for path, known in ours.items() if path not in wanted} if own_place else {}
    there = branch.contents(base, [*wanted, *leftovers])
    changes = _together(
        wanted_changes(request.place, wanted, there, ours, request.on_conflict),
        leftover_changes(request.place, leftovers, there, delete_file=request.delete_file),
    )
    digests = {path: digest(content) for path, content in wanted.items()}
    if not changes.files:
        unchanged = recorded is not None and own_place and recorded.files == digests
        commit = recorded.commit if recorded is not None and unchanged else base
        nothing = f"Nothing to push: {pathnames(wanted)} is on {request.place} as declared."
        return Done(Record(request.place, commit, pushed=False, files=digests), base, (*changes.notes, nothing))
    pushed = _pushed(branch, base, changes, request)
    return Done(
        Record(request.place, pushed, pushed=True, files=digests), pushed, (*changes.notes, _report(pushed, changes, request.place))
    )


def _leave(recorded: Record, request: Request, done: Done, say: Say) -> None:
    """Clear the place of an earlier declaration, which may be the present one under another address."""
    if not request.delete_file:
        for path in recorded.files:
            say(stays(path, recorded.place))
        return
    with opened(recorded.place, request) as branch:
        try:
            same = branch.fetch() == done.tip and recorded.place.branch == request.place.branch
        except BranchAbsent:
            return
        _take_out(branch, {path: known for path, known in recorded.files.items() if not (same and path in request.files)}, request, say)


def _take_out(branch: Branch, leftovers: Digests, request: Request, say: Say) -> None:
    def once() -> tuple[str, ...]:
        try:
            base = branch.fetch()
        except BranchAbsent:
            return (f"{branch.place} is not there any more, and nothing was left to take out.",)
        changes = leftover_changes(branch.place, leftovers, branch.contents(base, leftovers), delete_file=True)
        if not changes.files:
            return tuple(changes.notes)
        return (*changes.notes, _report(_pushed(branch, base, changes, request), changes, branch.place))

    for note in persistently(branch.place, once):
        say(note)


def _pushed(branch: Branch, base: str, changes: Changes, request: Request) -> str:
    removes = all(content is None for content in changes.files.values())
    commit = branch.commit(base, changes.files, request.author, commit_message(request.purpose, removes=removes))
    branch.push(commit)
    return commit


def _together(*parts: Changes) -> Changes:
    files = {path: content for part in parts for path, content in part.files.items()}
    return Changes(files, tuple(note for part in parts for note in part.notes))


def _report(commit: str, changes: Changes, place: BranchAddress) -> str:
    removed = pathnames(path for path, content in changes.files.items() if content is None)
    written = pathnames(path for path, content in changes.files.items() if content is not None)
    what = " and ".join([*([written] if written else []), *([f"the removal of {removed}"] if removed else [])])
    return f"Pushed {commit[:12]} to {place}: {what}."
