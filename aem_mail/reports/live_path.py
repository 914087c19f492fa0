"""The ways of an environment's mail as they are live, with what drifted on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aem_mail.checks import find_mistakes
from aem_mail.checks.ignores import JudgedFinding
from aem_mail.checks.place import Place, PlaceKind
from aem_mail.drift.finding import DriftFinding
from aem_mail.drift.fleet import EnvironmentReport
from aem_mail.model.drift_classes import DriftClass, word
from aem_mail.reports.mail_path import MailPath, State, Station, StationKind, mail_paths
from aem_mail.reports.mail_path.model import worst

STATIONS: Final[Mapping[PlaceKind, StationKind]] = {
    PlaceKind.PORT_FORWARD: StationKind.PORT_FORWARD,
    PlaceKind.VARIABLE: StationKind.VARIABLES,
    PlaceKind.ADVANCED_NETWORKING: StationKind.INFRASTRUCTURE,
    PlaceKind.NETWORK_INFRASTRUCTURE: StationKind.INFRASTRUCTURE,
    PlaceKind.ENVIRONMENT: StationKind.TIER,
    PlaceKind.FILE: StationKind.CONFIGURATION,
}
"""The station that a finding colours, by what it is about."""
NAMED: Final = frozenset({PlaceKind.PORT_FORWARD, PlaceKind.VARIABLE, PlaceKind.FILE})
"""What an environment has several of, so that a path comes by some of them only."""
STATES: Final[Mapping[DriftClass, State]] = {
    DriftClass.CHANGED: State.ERROR,
    DriftClass.MISSING: State.ERROR,
    DriftClass.UNKNOWN: State.UNKNOWN,
    DriftClass.IN_TRANSITION: State.INFO,
}
"""How a finding colours its station; one of another class changes nothing of a mail's path."""


@dataclass(frozen=True, slots=True)
class Drifted:
    """What is not as it was recorded, and how."""

    place: Place
    drift_class: DriftClass

    def stands_at(self, station: Station) -> bool:
        """Say whether a station stands for it; of a file, the station names the path below its folder."""
        pairs = ((name, here) for name in self.place.names for here in station.names)
        named = self.place.kind not in NAMED or any(name == here or name.endswith(f"/{here}") for name, here in pairs)
        return named and STATIONS.get(self.place.kind) is station.kind


def live_paths(one: EnvironmentReport, findings: Sequence[DriftFinding]) -> tuple[MailPath, ...]:
    """Return the mail paths as they are live, whatever is declared; ``findings`` are those of its way."""
    if one.checked is None:
        return ()
    known = {(judged.finding.id, judged.finding.place): judged for judged in one.checked.judged}
    subject = replace(one.checked.subject, declaration=None, rendered=())
    judged = [known.get((finding.id, finding.place), JudgedFinding(finding)) for finding in find_mistakes(subject)]
    drifted = [
        Drifted(one.place, one.drift_class)
        for one in findings
        if one.place is not None and one.drift_class in STATES and one.ignored is None
    ]
    return tuple(_coloured(path, drifted) for path in mail_paths(subject, judged))


def _coloured(path: MailPath, drifted: Sequence[Drifted]) -> MailPath:
    here = [one for one in drifted if any(map(one.place.concerns, path.tiers))]
    return MailPath(path.tiers, tuple(_station(station, here) for station in path.stations))


def _station(station: Station, drifted: Sequence[Drifted]) -> Station:
    classes = [one.drift_class for one in drifted if one.stands_at(station)]
    details = dict.fromkeys((*station.details, *(f"drift: {word(one)}" for one in classes)))
    return replace(station, state=worst((station.state, *(STATES[one] for one in classes))), details=tuple(details))
