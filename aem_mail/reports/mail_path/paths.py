"""From what is checked, and what was found, to the paths that are drawn."""

from collections.abc import Sequence
from dataclasses import replace

from aem_mail.checks import Severity, Subject, find_mistakes
from aem_mail.checks.ignores import JudgedFinding
from aem_mail.reports.mail_path.model import OF_SEVERITY, MailPath, State, Station, StationKind, worst
from aem_mail.reports.mail_path.station_kinds import station_of
from aem_mail.reports.mail_path.stations import FACTS
from aem_mail.reports.mail_path.tier_path import TierPath, tier_paths
from aem_mail.text.words import listed


def mail_paths(subject: Subject, judged: Sequence[JudgedFinding]) -> tuple[MailPath, ...]:
    """Return the path of a mail from each tier whose configuration is known; tiers that share one are one path.

    A finding colours its station (`station_kinds.station_of`) on the paths that it concerns; one that is ignored is kept there, and
    colours it no more than as good to know.
    """
    own = {tier.tier: set(find_mistakes(replace(subject, tiers=(tier,), others=()))) for tier in subject.tiers}
    everywhere = set().union(*own.values())
    paths = []
    for tier_path in tier_paths(subject):
        elsewhere = everywhere - own[tier_path.tier.tier]
        mine = [one for one in judged if one.finding not in elsewhere and tier_path.passes(one.finding)]
        paths.append(MailPath((tier_path.tier.tier,), tuple(_station(kind, tier_path, mine) for kind in StationKind)))
    return tuple(_merged(paths))


def _station(kind: StationKind, path: TierPath, judged: Sequence[JudgedFinding]) -> Station:
    facts = FACTS[kind](path)
    here = tuple(one for one in judged if station_of(one.finding) is kind)
    return Station(kind, worst([facts.state, *map(_state, here)]), facts.label, facts.details, here, facts.names)


def _state(judged: JudgedFinding) -> State:
    """Return what a finding makes of its station at least; an error that is ignored is no failure there, and not ok."""
    if judged.ignored is None:
        return OF_SEVERITY[judged.finding.severity]
    return State.INFO if judged.finding.severity is Severity.ERROR else State.OK


def _merged(paths: Sequence[MailPath]) -> list[MailPath]:
    """Join the tiers whose stations differ in no more than the tier's name and where in a file or a tier something was found."""
    groups: dict[tuple[object, ...], list[MailPath]] = {}
    for path in paths:
        groups.setdefault(tuple(map(_appearance, path.stations)), []).append(path)
    return [_joined(group) for group in groups.values()]


def _appearance(station: Station) -> tuple[object, ...]:
    label = "" if station.kind is StationKind.TIER else station.label
    return station.state, label, station.details, tuple(station.headlines)


def _joined(paths: Sequence[MailPath]) -> MailPath:
    tiers = tuple(tier for path in paths for tier in path.tiers)
    first, *others = (_together(stations) for stations in zip(*(path.stations for path in paths), strict=True))
    return MailPath(tiers, (replace(first, label=listed(tiers)), *others))


def _together(stations: Sequence[Station]) -> Station:
    """Return the stations of several tiers that look alike as one."""
    findings = dict.fromkeys(finding for station in stations for finding in station.findings)
    names = dict.fromkeys(name for station in stations for name in station.names)
    return replace(stations[0], findings=tuple(findings), names=tuple(names))
