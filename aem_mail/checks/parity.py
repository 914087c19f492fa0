"""The environments of a program compared with each other: what one lacks that another has, and what differs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aem_mail.checks.catalogue import SIBLINGS, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import Place, PlaceKind
from aem_mail.checks.profile import Profile, Thing, profile_of, profiles_of
from aem_mail.checks.subject import TIERS, Subject
from aem_mail.text.words import listed

MEASURES: Final = ("prod", "stage", "preprod", "dev", "rde")
"""Types of environments, the one first that the others are measured by."""
FOLLOWING: Final = frozenset({"smtp.port", "smtp.ssl", "smtp.starttls", "smtp.requiretls"})
"""Properties that another mail server brings with it."""
ENOUGH: Final = 2
IF_MEANT: Final = "or, if it is meant, enter it into the file of ignores"


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing in which an environment is not as another one: ``here`` None where it lacks it. ``tiers`` is empty for all of them."""

    kind: PlaceKind
    name: str
    tiers: tuple[str, ...]
    here: str | None
    there: str
    other: Profile

    @property
    def missing(self) -> bool:
        return self.here is None

    def place(self, own: Profile) -> Place:
        """Return its place in the environment that is not as the other one."""
        return place_of(self.kind, self.name, self.tiers, own.environment.environment_id)


@check(
    "M28",
    Severity.WARNING,
    "One environment of the program is not like the others",
    symptom="Mail works on stage, and not on prod.",
    source="Reports of users whose environments drifted apart; pulumi-cloudflare issue 782 for the same with another provider",
    needs=(SIBLINGS,),
)
def parity(subject: Subject) -> Iterator[Fault]:
    """What mail needs here and another environment of the program has must be here too: port forward, variables, configuration.

    A warning for what is missing and for a variable of another type; an info where mail goes to another mail server, or a property
    of the mail service is another one, than on prod (or stage, or dev, whichever there is). Without an AEM project, which says what mail
    needs, all port forwards and variables are compared.
    """
    own = profile_of(subject)
    if own is None:
        return
    for one in differences(own, Standards.of(profiles_of(subject.others))):
        severity = Severity.WARNING if one.missing or one.kind == PlaceKind.VARIABLE else Severity.INFO
        yield Fault(one.place(own), _effect(one), _fix(one), severity)


def place_of(kind: PlaceKind, name: str, tiers: tuple[str, ...], environment_id: str = "") -> Place:
    """Return the place of a thing, with the tiers that it is about unless those are all."""
    return Place(kind, (name,) if name else (), (), tiers if len(tiers) < len(TIERS) else (), environment_id)


@dataclass(frozen=True, slots=True)
class Standards:
    """What environments are measured by: of each thing the first two that have it, the second one for the first itself."""

    by_thing: Mapping[Thing, Sequence[Profile]]

    @classmethod
    def of(cls, profiles: Iterable[Profile]) -> "Standards":
        """Return what each of these environments is measured by."""
        found: dict[Thing, list[Profile]] = {}
        for profile in sorted(profiles, key=measure):
            for thing in [thing for thing, text in profile.things.items() if text is not None]:
                first = found.setdefault(thing, [])
                first += [profile] if len(first) < ENOUGH else []
        return cls(found)

    def first(self, thing: Thing, own: Profile) -> Profile | None:
        """Return the first environment besides ``own`` that has a thing."""
        return next((one for one in self.by_thing.get(thing, ()) if one is not own), None)


def differences(own: Profile, standards: Standards) -> list[Difference]:
    """Return how an environment is not like the others, things that differ alike on several tiers as one."""
    merged: dict[Difference, list[str]] = {}
    for thing in sorted({*own.things, *standards.by_thing}):
        first = standards.first(thing, own)
        found = None if first is None else _difference(thing, own, first)
        if found is not None:
            merged.setdefault(found, []).append(thing.tier)
    return [
        Difference(one.kind, one.name, tuple(sorted(filter(None, tiers), key=TIERS.index)), one.here, one.there, one.other)
        for one, tiers in merged.items()
    ]


def measure(profile: Profile) -> tuple[int, str]:
    """Sort environments, the one first that the others are measured by."""
    return (MEASURES.index(profile.type) if profile.type in MEASURES else len(MEASURES), profile.environment.environment_id)


def lacks(own: Profile, thing: Thing) -> bool:
    """Say whether an environment needs a thing, as far as can be told, and has none."""
    return own.things.get(thing, "" if own.configured else None) is None


def _difference(thing: Thing, own: Profile, first: Profile) -> Difference | None:
    here, there = own.things.get(thing), str(first.things[thing])
    if lacks(own, thing):
        # That its mail goes nowhere is said of the port forward that is missing.
        return None if thing.kind == PlaceKind.MAIL_SERVER else Difference(thing.kind, thing.name, (), None, there, first)
    if here is None or here == there or measure(own) < measure(first) or _follows(thing, own, first):
        return None
    return Difference(thing.kind, thing.name, (), here, there, first)


def _follows(thing: Thing, own: Profile, other: Profile) -> bool:
    """Say whether something always differs: the folder of a file, or what another mail server brings with it."""
    if thing.kind == PlaceKind.PORT_FORWARD:
        return own.configured and other.configured
    server = Thing(PlaceKind.MAIL_SERVER, tier=thing.tier)
    return thing.kind == PlaceKind.CONFIGURATION or (thing.name in FOLLOWING and own.things.get(server) != other.things.get(server))


def _effect(one: Difference) -> str:
    on = f" on {listed(one.tiers)}" if one.tiers else ""
    if one.missing:
        return f"AEM would find no {' '.join(filter(None, (one.kind, one.name)))} here{on}, while {one.other} has it: {one.there}."
    what = {
        PlaceKind.MAIL_SERVER: "hand its mail to",
        PlaceKind.PORT_FORWARD: f"reach by port {one.name}",
        PlaceKind.VARIABLE: f"see {one.name} as",
    }
    verb = what.get(one.kind, f"have {one.name} as")
    return f"AEM would {verb} {one.here or 'nothing'} here{on}, and {one.there or 'nothing'} in {one.other}."


def _fix(one: Difference) -> str:
    return f"{'Add it here' if one.missing else 'Make them alike'}, {IF_MEANT}."
