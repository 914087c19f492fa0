"""The environments of a program side by side: what each has of what mail needs, what differs, and whether that is meant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aem_mail.checks.ignores import Ignore, JudgedFinding
from aem_mail.checks.parity import Difference, Standards, differences, measure, place_of
from aem_mail.checks.place import Place, PlaceKind
from aem_mail.checks.profile import Profile, Thing, profiles_of
from aem_mail.checks.subject import TIERS, Subject

ORDER: Final = (PlaceKind.MAIL_SERVER, PlaceKind.PORT_FORWARD, PlaceKind.VARIABLE, PlaceKind.CONFIGURATION, PlaceKind.PROPERTY)


class Standing(StrEnum):
    """How a cell stands to those of the other environments.

    ``fine``: equal, or different because it has to be; ``none``: there is none, and none is needed.
    """

    FINE = "fine"
    DIFFERS = "differs"
    MISSING = "missing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ParityCell:
    """What one environment has; ``meant`` is the decision that a difference is meant."""

    text: str | None
    standing: Standing
    meant: Ignore | None = None


@dataclass(frozen=True, slots=True)
class ParityRow:
    """One thing in every environment; ``tiers`` are those that it is alike on, none for what serves all."""

    kind: PlaceKind
    name: str
    tiers: tuple[str, ...]
    cells: tuple[ParityCell, ...]

    @property
    def thing(self) -> str:
        """Name the thing as findings do."""
        return str(place_of(self.kind, self.name, self.tiers))


@dataclass(frozen=True, slots=True)
class Matrix:
    """A program's environments, and what mail needs of each."""

    program_id: str
    environments: tuple[Profile, ...]
    rows: tuple[ParityRow, ...]


def matrices(subjects: Sequence[Subject], judged: Sequence[JudgedFinding]) -> list[Matrix]:
    """Return a matrix for each program of which several environments are checked; ``judged`` holds the findings of all of them."""
    programs: dict[str, list[Profile]] = {}
    for profile in profiles_of(subjects):
        programs.setdefault(profile.environment.program_id, []).append(profile)
    meant = {one.finding.place: one.ignored for one in judged if one.finding.id == "M28" and one.ignored is not None}
    return [_matrix(program, profiles, meant) for program, profiles in sorted(programs.items()) if len(profiles) > 1]


def _matrix(program_id: str, profiles: Sequence[Profile], meant: Mapping[Place, Ignore]) -> Matrix:
    ordered = sorted(profiles, key=lambda profile: (-measure(profile)[0], profile.environment.environment_id))
    standards = Standards.of(ordered)
    found = [dict(_by_thing(differences(own, standards))) for own in ordered]
    things = sorted({thing for profile in ordered for thing in profile.things}, key=_position)
    rows: dict[tuple[PlaceKind, str, tuple[ParityCell, ...]], list[str]] = {}
    for thing in things:
        cells = tuple(_cell(own, thing, different.get(thing), meant) for own, different in zip(ordered, found, strict=True))
        rows.setdefault((thing.kind, thing.name, cells), []).append(thing.tier)
    merged = (ParityRow(kind, name, tuple(filter(None, tiers)), cells) for (kind, name, cells), tiers in rows.items())
    return Matrix(program_id, tuple(ordered), tuple(merged))


def _by_thing(found: Sequence[Difference]) -> Iterator[tuple[Thing, Difference]]:
    for one in found:
        for tier in one.tiers or ("",):
            yield Thing(one.kind, one.name, tier), one


def _cell(own: Profile, thing: Thing, different: Difference | None, meant: Mapping[Place, Ignore]) -> ParityCell:
    text = own.things.get(thing)
    if different is None:
        return ParityCell(text, Standing.NONE if text is None else Standing.FINE)
    standing = Standing.MISSING if different.missing else Standing.DIFFERS
    return ParityCell(text, standing, meant.get(different.place(own)))


def _position(thing: Thing) -> tuple[int, str, int]:
    return ORDER.index(thing.kind), thing.name, TIERS.index(thing.tier) if thing.tier in TIERS else -1
