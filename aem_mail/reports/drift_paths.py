"""The ways of an environment's mail as they are live, with what drifted on them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from aem_mail.checks import find_mistakes
from aem_mail.checks.ignores import Judged
from aem_mail.checks.mail_path import worst
from aem_mail.checks.place import Place, PlaceKind
from aem_mail.drift.classes import DriftClass, word
from aem_mail.drift.finding import Finding
from aem_mail.drift.fleet import EnvironmentReport
from aem_mail.reports.mail_path import MailPath, State, Station, StationKind, mail_paths

STATIONS: Final[Mapping[PlaceKind, StationKind]] = {
    PlaceKind.PORT_FORWARD: StationKind.PORT_FORWARD,
    PlaceKind.VARIABLE: StationKind.VARIABLES,
    PlaceKind.ADVANCED_NETWORKING: StationKind.INFRASTRUCTURE,
    PlaceKind.NETWORK_INFRASTRUCTURE: StationKind.INFRASTRUCTURE,
    PlaceKind.ENVIRONMENT: StationKind.TIER,
}
"""The station that a finding colours, by what it is about."""
NAMED: Final = frozenset({PlaceKind.PORT_FORWARD, PlaceKind.VARIABLE})
"""What an environment has several of, so that a path comes by some of them only."""
STATES: Final[Mapping[DriftClass, State]] = {
    DriftClass.CHANGED: State.ERROR,
    DriftClass.MISSING: State.ERROR,
    DriftClass.UNKNOWN: State.UNKNOWN,
    DriftClass.IN_TRANSITION: State.INFO,
}
"""How a finding colours its station; one of another class changes nothing of a mail's path."""


def live_paths(one: EnvironmentReport, findings: Sequence[Finding]) -> tuple[MailPath, ...]:
    """Return the ways of the mail as they are live, whatever is declared; ``findings`` are those of the environment."""
    if one.subject is None:
        return ()
    known = {} if one.checked is None else {judged.finding: judged for judged in one.checked.judged}
    subject = replace(one.subject, declaration=None)
    judged = [known.get(finding, Judged(finding)) for finding in find_mistakes(subject)]
    colouring = [finding for finding in findings if finding.drift_class in STATES and finding.ignored is None]
    return tuple(_drifted(path, colouring) for path in mail_paths(subject, judged))


def _drifted(path: MailPath, findings: Sequence[Finding]) -> MailPath:
    return MailPath(path.tiers, tuple(_coloured(station, findings) for station in path.stations))


def _coloured(station: Station, findings: Sequence[Finding]) -> Station:
    for finding in findings:
        if finding.place is not None and _stands_at(finding.place, station):
            details = dict.fromkeys((*station.details, f"drift: {word(finding.drift_class)}"))
            station = replace(station, state=worst((station.state, STATES[finding.drift_class])), details=tuple(details))
    return station


def _stands_at(place: Place, station: Station) -> bool:
    return STATIONS.get(place.kind) is station.kind and (place.kind not in NAMED or not set(place.names).isdisjoint(station.names))
