"""What a run asked Cloud Manager for, counted from the simulator's journal: pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.simulator.state.transitions import NETWORKING_SECONDS, VARIABLES_SECONDS

Entry = Mapping[str, Any]

TOKEN_PATH: Final = "/ims/token/v3"  # noqa: S105 - a path
SECONDS: Final = {"advancedNetworking": NETWORKING_SECONDS, "variables": VARIABLES_SECONDS}
ENVIRONMENT: Final = re.compile(r"/api/program/\d+/environment/\d+")


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of requests; ``status_polls`` are the GETs of an environment itself, which only waiting makes."""

    mutations: tuple[str, ...]
    gets: int
    status_polls: int
    tokens: int

    @property
    def changes(self) -> int:
        """The number of applied mutations."""
        return len(self.mutations)

    @property
    def summary(self) -> str:
        """Say how many changes of each kind there are, as ``2 PUT advancedNetworking, 1 PATCH variables``."""
        return ", ".join(f"{number} {mutation}" for mutation, number in Counter(self.mutations).items())

    @property
    def minutes(self) -> float:
        """The minutes that Cloud Manager takes for the changes of an environment, one after the other."""
        return sum(SECONDS.get(mutation.split()[-1], 0.0) for mutation in self.mutations) / 60


def counts(entries: Iterable[Entry]) -> Counts:
    """Count a journal's entries; mutations are listed in order, as ``PUT advancedNetworking``."""
    seen = list(entries)
    api = [entry for entry in seen if entry["path"].startswith("/api/")]
    gets = [entry for entry in api if entry["method"] == "GET"]
    return Counts(
        mutations=tuple(f"{entry['method']} {noun(entry['path'])}" for entry in api if entry["method"] != "GET" and entry["applied"]),
        gets=len(gets),
        status_polls=sum(ENVIRONMENT.fullmatch(entry["path"]) is not None for entry in gets),
        tokens=sum(entry["path"] == TOKEN_PATH for entry in seen),
    )


def noun(path: str) -> str:
    """Return the last part of a path that is no id."""
    return next(part for part in reversed(path.split("/")) if not part.isdigit())
