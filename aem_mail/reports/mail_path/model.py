"""The path of a mail as values: stations from a tier of AEM to the mail server, each with its state."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aem_mail.checks.finding import Severity
from aem_mail.checks.ignores import JudgedFinding
from aem_mail.text.words import listed


class StationKind(StrEnum):
    """Where on its path a mail is, in that order."""

    TIER = "tier"
    CONFIGURATION = "OSGi configuration"
    VARIABLES = "variables"
    PROXY = "proxy"
    PORT_FORWARD = "port forward"
    INFRASTRUCTURE = "network infrastructure"
    MAIL_SERVER = "mail server"


class State(StrEnum):
    """How a station is: as its worst finding that counts; ``unknown`` where too little is known of it to be ``ok``."""

    OK = "ok"
    INFO = "info"
    UNKNOWN = "unknown"
    WARNING = "warning"
    ERROR = "error"


ASCENDING: Final = tuple(State)
OF_SEVERITY: Final = {Severity.INFO: State.INFO, Severity.WARNING: State.WARNING, Severity.ERROR: State.ERROR}


@dataclass(frozen=True, slots=True)
class Station:
    """One station: a short ``label``, what else is to be known of it, and the findings that concern it, ignored ones too.

    ``names`` are those of the things that the mail comes by here, where there are others too: the variables, the port forward's port.
    """

    kind: StationKind
    state: State
    label: str
    details: tuple[str, ...] = ()
    findings: tuple[JudgedFinding, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def headlines(self) -> list["Headline"]:
        """What was found, each check once."""
        found = [Headline(one.finding.id, one.finding.severity, one.ignored is not None) for one in self.findings]
        return sorted(set(found), key=lambda one: (one.ignored, one.id, one.severity))


@dataclass(frozen=True, slots=True)
class Headline:
    """A check that found something at a station, however often."""

    id: str
    severity: Severity
    ignored: bool

    @property
    def state(self) -> State:
        """The state whose colour it has."""
        return State.UNKNOWN if self.ignored else OF_SEVERITY[self.severity]

    def __str__(self) -> str:
        return f"{self.id} {self.severity}{', ignored' if self.ignored else ''}"


@dataclass(frozen=True, slots=True)
class MailPath:
    """The path of a mail from the tiers named, which share it; one station of each kind, in order."""

    tiers: tuple[str, ...]
    stations: tuple[Station, ...]

    @property
    def state(self) -> State:
        """The worst of the stations' states."""
        return worst(station.state for station in self.stations)

    @property
    def title(self) -> str:
        """Whose mail it is."""
        return f"Mail path of {listed(self.tiers)}"


def worst(states: Iterable[State]) -> State:
    """Return the worst state, ``ok`` of none."""
    return max(states, key=ASCENDING.index, default=State.OK)
