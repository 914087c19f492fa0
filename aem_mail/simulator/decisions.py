"""What the simulator decides where Cloud Manager may do otherwise, each with its evidence: as data."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Decision:
    """What is done in a case; ``document`` is where that stands and ``read`` when that was last looked at, None where it is unproven."""

    id: str
    case: str
    answer: str
    document: str | None = None
    read: date | None = None

    @property
    def is_proven(self) -> bool:
        return self.document is not None


@cache
def decisions() -> tuple[Decision, ...]:
    """Return every decision."""
    entries = yaml.safe_load(files("aem_mail.simulator").joinpath("decisions.yaml").read_text(encoding="utf-8"))
    return tuple(Decision(**entry) for entry in entries)
