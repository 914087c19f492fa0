"""The ways of an environment's mail as they are live, with what drifted on them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from aem_mail.checks import find_mistakes
from aem_mail.checks.ignores import Judged
from aem_mail.drift.classes import DriftClass, word
from aem_mail.drift.finding import Finding
from aem_mail.drift.fleet import EnvironmentReport
from aem_mail.picture import MailPath, Place, State, Station, mail_paths
from aem_mail.picture.model import worst

OnPath = Callable[[str, Station], bool]
"""Says whether the thing of that name, the last part of an id, is what a station stands for."""

STATIONS: Final[Mapping[str, tuple[Place, Place, OnPath]]] = {
    "PortForward": (Place.PORT_FORWARD, Place.PROXY, lambda name, proxy: proxy.label.endswith(f":{name}")),
    "EnvVar": (Place.VARIABLES, Place.VARIABLES, lambda name, station: any(one.startswith(f"{name}:") for one in station.details)),
    "SecretEnvVar": (Place.VARIABLES, Place.VARIABLES, lambda name, station: any(one.startswith(f"{name}:") for one in station.details)),
    "AdvancedNetworking": (Place.INFRASTRUCTURE, Place.INFRASTRUCTURE, lambda *_: True),
    "NetworkInfrastructure": (Place.INFRASTRUCTURE, Place.INFRASTRUCTURE, lambda *_: True),
    "Environment": (Place.TIER, Place.TIER, lambda *_: True),
}
"""By a finding's kind: the station that it colours, and the one that tells whether it is on this path, and how."""
STATES: Final[Mapping[DriftClass, State]] = {
    DriftClass.CHANGED: State.ERROR,
    DriftClass.MISSING: State.ERROR,
    DriftClass.UNKNOWN: State.UNKNOWN,
    DriftClass.IN_TRANSITION: State.INFO,
}
"""How a finding colours its station; one of another class changes nothing of a mail's way."""


def live_paths(one: EnvironmentReport, findings: Sequence[Finding]) -> tuple[MailPath, ...]:
    """Return the ways of the mail as they are live, whatever is declared; ``findings`` are those of the environment."""
    if one.subject is None:
        return ()
    known = {} if one.checked is None else {judged.finding: judged for judged in one.checked.judged}
    subject = replace(one.subject, declaration=None)
    judged = [known.get(finding, Judged(finding)) for finding in find_mistakes(subject)]
    colouring = [finding for finding in findings if finding.drift_class in STATES and finding.kind in STATIONS and finding.ignored is None]
    return tuple(_drifted(path, colouring) for path in mail_paths(subject, judged))


def _drifted(path: MailPath, findings: Sequence[Finding]) -> MailPath:
    stations = {station.place: station for station in path.stations}
    for finding in findings:
        place, telling, is_there = STATIONS[finding.kind]
        if is_there(finding.id.rpartition("/")[2], stations[telling]):
            station = stations[place]
            details = dict.fromkeys((*station.details, f"drift: {word(finding.drift_class)}"))
            stations[place] = replace(station, state=worst((station.state, STATES[finding.drift_class])), details=tuple(details))
    return MailPath(path.tiers, tuple(stations.values()))
