"""The stack's own record, read at most once in a run: where a creation finds something that nobody in this run has spoken of."""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aem_mail.errors import AemMailError
from aem_mail.kinds import kind_named
from aem_mail.kinds.requests import NOWHERE
from aem_mail.model.statuses import PENDING_WRITES
from aem_mail.rollout.claims import Claims
from aem_mail.rollout.ownership import Evidence, Whose, whose
from aem_mail.stack.tokens import is_entry, resource_name, whole_urn

if TYPE_CHECKING:
    from aem_mail.stack.recorded import RecordedResource, RecordedStack

PATIENCE: Final = 60.0
"""Seconds that Pulumi has for the answer."""
GRACE: Final = 1.0
"""Seconds after the reading for which an operation that arrives may be in the record: the engine writes it down before it asks for it."""

Reader = Callable[[str, Path], "RecordedStack"]
"""Reads the record of a stack, whose full name it is given, in the project's folder; raises AemMailError."""


def exported(stack: str, project: Path) -> "RecordedStack":
    """Have Pulumi export the stack, with what this process has; secrets stay encrypted."""
    from aem_mail.stack.stack import Stack  # noqa: PLC0415 - most runs read no record

    return Stack(stack, project, PATIENCE).recorded()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read until when, in seconds of the record's clock, or why nothing was."""

    ended: float
    stack: "RecordedStack | None"
    trouble: str = ""


class StackRecord:
    """The record of the stack of one run; thread safe. Who asks first waits for Pulumi, and so does who asks meanwhile."""

    def __init__(self, read: Reader = exported, now: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._now = now
        self._lock = threading.Lock()
        self._reading: _Reading | None = None
        self._begun: dict[str, float] = {}

    @property
    def was_read(self) -> bool:
        """Whether this run knows all that the stack has recorded."""
        return self._reading is not None and self._reading.stack is not None

    @property
    def trouble(self) -> str:
        """Why the record could not be read, as a sentence; empty where it was, or was not asked for."""
        return "" if self._reading is None else self._reading.trouble

    def begin(self, owner: str) -> None:
        """Take note of a creation or an update of this run: the record shows it as pending, as it does those that were cut off."""
        self._begun.setdefault(owner, self._now())

    def inform(self, claims: Claims, found: Collection[str], stack: str, project: Path) -> None:
        """Tell the claims what the record has, and which of the places in which something was ``found`` are this stack's."""
        self._tell_of_pending(claims, found, project, self._read_once(claims, stack, project))

    def handed_over(self, claims: Claims, stack: str, project: Path) -> frozenset[str] | None:
        """Return the ids of entries that sets have left to resources which have not recorded them; None where that cannot be read."""
        read = self._read_once(claims, stack, project).stack
        return None if read is None else frozenset(one.id for _, one in _nobodys(read, project))

    def _read_once(self, claims: Claims, stack: str, project: Path) -> _Reading:
        with self._lock:
            if self._reading is None:
                self._reading = self._taken(stack, project)
                if self._reading.stack is not None:
                    self._tell(claims, self._reading.stack, project)
            return self._reading

    def _tell(self, claims: Claims, read: "RecordedStack", project: Path) -> None:
        known = claims.holders()
        for key, one in _held(read.resources, project):
            leaves = is_entry(one.urn) and key not in known and claims.owner(key) != _owner(one)
            claims.remember(key, _owner(one), NOWHERE if leaves else None, one.outputs)
        for key, one in _nobodys(read, project):
            if key not in known:
                claims.remember(key, _owner(one), NOWHERE, one.outputs)

    def _tell_of_pending(self, claims: Claims, found: Collection[str], project: Path, reading: _Reading) -> None:
        known = claims.holders()
        begun = () if reading.stack is None else reading.stack.pending
        pending = list(_held([one.resource for one in begun if one.operation in PENDING_WRITES], project))
        for key in found:
            mine = [_owner(one) for place, one in pending if place == key]
            own = any(self._begun.get(owner, reading.ended + 2 * GRACE) <= reading.ended + GRACE for owner in mine)
            evidence = Evidence(key in known, len(mine), own, read=reading.stack is not None)
            if key not in known and whose(evidence) is Whose.OURS:
                claims.remember(key, mine[0])

    def _taken(self, stack: str, project: Path) -> _Reading:
        try:
            read = self._read(stack, project)
        except AemMailError as error:
            return _Reading(self._now(), None, str(error))
        return _Reading(self._now(), replace(read, resources=tuple(sorted(read.resources, key=lambda one: one.leftover))))


def _held(resources: Collection["RecordedResource"], project: Path) -> Iterator[tuple[str, "RecordedResource"]]:
    """Yield each claim key with the resource, or the entry of one, that the record has there."""
    for one in resources:
        for key in kind_named(one.kind).claim_keys(one.outputs, str(project)):
            yield key, one


def _nobodys(stack: "RecordedStack", project: Path) -> Iterator[tuple[str, "RecordedResource"]]:
    """Yield what was handed over and is recorded by nobody yet, as `_held` does."""
    recorded = {key for key, _ in _held(stack.resources, project)}
    return ((key, one) for key, one in _held(stack.handed_over, project) if key not in recorded)


def _owner(resource: "RecordedResource") -> str:
    return resource_name(whole_urn(resource.urn))
