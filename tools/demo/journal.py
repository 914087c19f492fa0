"""What Cloud Manager was asked for, by the simulator's journal: pure."""

from collections.abc import Iterable, Mapping
from typing import Any

Entry = Mapping[str, Any]


def requests(entries: Iterable[Entry]) -> list[Entry]:
    """Return the requests to the API, without those for a token."""
    return [entry for entry in entries if entry["path"].startswith("/api/")]


def writes(entries: Iterable[Entry]) -> list[str]:
    """Return what was changed, as ``PUT advancedNetworking``, in order."""
    return [f"{entry['method']} {noun(entry['path'])}" for entry in requests(entries) if entry["applied"]]


def summary(entries: Iterable[Entry]) -> str:
    """Say it in half a sentence."""
    seen = list(entries)
    asked, wrote = len(requests(seen)), sorted(writes(seen))
    if not asked:
        return "no request"
    changed = f"{len(wrote)} of them to change something: {', '.join(wrote)}" if wrote else "none of them to change something"
    return f"{asked} request{'s' if asked > 1 else ''}, {changed}"


def noun(path: str) -> str:
    return next(part for part in reversed(path.split("/")) if not part.isdigit())
