"""What was asked of the API, and what came of it. No body, no header: nothing secret can get in."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Final

MOST_ENTRIES: Final = 50_000
LONGEST_TEXT: Final = 1000
"""Characters of a path or a query that are kept."""


@dataclass(frozen=True)
class JournalEntry:
    """One request; `status` is None where the answer was dropped, `applied` says that it changed something or was accepted as a change.

    `doubts` are what was accepted and Cloud Manager may refuse.
    """

    seq: int
    method: str
    path: str
    query: str
    status: int | None
    applied: bool
    time: float
    wall: float
    request_id: str
    doubts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        doubts = {"doubts": list(self.doubts)} if self.doubts else {}
        return {
            "seq": self.seq,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "applied": self.applied,
            "time": self.time,
            "wall": self.wall,
            "requestId": self.request_id,
            **doubts,
        }


class Journal:
    """The latest MOST_ENTRIES requests in the order in which they took effect, numbered from 1."""

    def __init__(self) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=MOST_ENTRIES)
        self._last = 0

    def next_seq(self) -> int:
        self._last += 1
        return self._last

    def append(self, entry: JournalEntry) -> None:
        self._entries.append(entry)

    def entries(self) -> tuple[JournalEntry, ...]:
        return tuple(self._entries)

    def clear(self) -> None:
        """Forget the entries; the numbers go on."""
        self._entries.clear()
