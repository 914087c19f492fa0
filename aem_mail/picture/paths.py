"""From what is checked, and what was found, to the paths that are drawn."""

from collections.abc import Sequence
from dataclasses import replace

from aem_mail.checks import Subject, find_mistakes
from aem_mail.checks.ignores import Judged
from aem_mail.picture.model import OF_SEVERITY, MailPath, Place, Station, worst
from aem_mail.picture.places import place_of
from aem_mail.picture.stations import FACTS
from aem_mail.picture.way import Way, ways
from aem_mail.words import listed


def mail_paths(subject: Subject, judged: Sequence[Judged]) -> tuple[MailPath, ...]:
    """Return the way of a mail from each tier whose configuration is known; tiers that share one are one path.

    A finding colours its station (`places.PLACES`) on the paths that it concerns; one that is ignored is kept there and colours
    nothing.
    """
    own = {tier.tier: set(find_mistakes(replace(subject, tiers=(tier,), others=()))) for tier in subject.tiers}
    everywhere = set().union(*own.values())
    paths = []
    for way in ways(subject):
        elsewhere = everywhere - own[way.tier.tier]
        mine = [one for one in judged if one.finding not in elsewhere and way.passes(one.finding)]
        paths.append(MailPath((way.tier.tier,), tuple(_station(place, way, mine) for place in Place)))
    return tuple(_merged(paths))


def _station(place: Place, way: Way, judged: Sequence[Judged]) -> Station:
    facts = FACTS[place](way)
    here = tuple(one for one in judged if place_of(one.finding) is place)
    counting = [OF_SEVERITY[one.finding.severity] for one in here if one.ignored is None]
    return Station(place, worst([facts.state, *counting]), facts.label, facts.details, here)


def _merged(paths: Sequence[MailPath]) -> list[MailPath]:
    """Join the tiers whose stations differ in no more than the tier's name and where in a file or a tier something was found."""
    groups: dict[tuple[object, ...], list[MailPath]] = {}
    for path in paths:
        groups.setdefault(tuple(map(_look, path.stations)), []).append(path)
    return [_joined(group) for group in groups.values()]


def _look(station: Station) -> tuple[object, ...]:
    label = "" if station.place is Place.TIER else station.label
    return station.state, label, station.details, tuple(station.headlines)


def _joined(paths: Sequence[MailPath]) -> MailPath:
    tiers = tuple(tier for path in paths for tier in path.tiers)
    together = zip(*(path.stations for path in paths), strict=True)
    first, *others = (replace(some[0], findings=tuple(dict.fromkeys(one for each in some for one in each.findings))) for some in together)
    return MailPath(tiers, (replace(first, label=listed(tiers)), *others))
