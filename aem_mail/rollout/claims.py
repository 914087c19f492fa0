"""Who of this stack holds which place, and who may take it: nothing goes before it stands elsewhere."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Final

from aem_mail.errors import AemMailError, Occupied, Refused
from aem_mail.kinds.requests import Answer, Origin
from aem_mail.model import EnvironmentId, Properties


@dataclass(frozen=True, slots=True)
class Holder:
    """The resource that the state of this stack shows at a place.

    ``wanted`` is the claim key of the place that the program gives it, None where it has left the program. ``arrived`` says
    that this run has brought it there. ``recorded`` are its outputs in the state, None where they are not known.
    """

    owner: str
    wanted: str | None = None
    arrived: bool = False
    recorded: Properties | None = field(default=None, compare=False)

    @property
    def created(self) -> bool:
        """Whether the state says that this stack has made what stands there."""
        return self.recorded is not None and self.recorded.get("origin") == Origin.CREATED


class Holders(dict[str, Holder]):
    """Claim key → who holds that place, as far as this run has seen the state; ``unread`` says why it could not read all, if it tried."""

    def __init__(self, known: Mapping[str, Holder] | None = None, unread: str = "") -> None:
        super().__init__(known or {})
        self.unread = unread


FindHolders = Callable[[Collection[str]], Holders]
"""Says who holds which place; it is told at which of them something was found, so that the state is read where that is not known."""

TOGETHER: Final = (
    "Resources that exchange places have to come together, and with PULUMI_PARALLEL=1 (`--parallel 1`) they cannot: "
    "set PULUMI_PARALLEL=256."
)
NOBODY: Final = Holders()


def nobody(_: Collection[str]) -> Holders:
    """Say that this stack has recorded nothing."""
    return NOBODY


def perhaps_ours(unread: str) -> str:
    """Say what else may be done about something that is there, where it is not known what this stack has recorded."""
    if not unread:
        return ""
    return f" Whether it belongs to this stack is not known: its record could not be read ({unread}) If it may, run `pulumi up --refresh`."


def as_recorded(
    answers: Sequence[Answer | AemMailError], keys: Sequence[str | None], holders: Holders
) -> tuple[Answer | AemMailError, ...]:
    """Return the answers, with what this stack had created still as created by it; ``keys`` are the places that they are about."""
    created = {key for key in keys if key is not None and key in holders and holders[key].created}
    return tuple(
        replace(answer, origin=Origin.CREATED) if isinstance(answer, Answer) and key in created else answer
        for answer, key in zip(answers, keys, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who asks for the place of that claim key; ``what`` begins a message about it, ``overwrites`` tells that something else is there."""

    key: str
    owner: str
    what: str
    overwrites: bool


@dataclass(frozen=True, slots=True)
class KeptOut:
    """The errors of requests (by their place in the batch) that must not have what they ask for; ``held`` may, if others come yet."""

    errors: Mapping[int, AemMailError]
    held: tuple[int, ...]


def kept_out(environment: EnvironmentId, asked: Mapping[int, Claimant], refused: Mapping[int, AemMailError], holders: Holders) -> KeptOut:
    """Keep those out who would overwrite what a resource of this stack holds that gets no other place.

    That one has to have left the program, to have arrived elsewhere, or to go elsewhere with the same batch; whoever waits
    for somebody that is kept out is kept out too. ``refused`` are the errors that the requests have already.
    """
    going = {place: claimant for place, claimant in asked.items() if place not in refused}
    stuck = _stuck(list(going.values()), holders)
    causes = {asked[place].key: str(error) for place, error in refused.items() if place in asked}
    known = {claimant.key for claimant in asked.values()}
    out = {place: claimant for place, claimant in going.items() if claimant.overwrites and claimant.key in stuck}
    return KeptOut(
        {place: _refusal(environment, claimant, holders[claimant.key], stuck[claimant.key], causes) for place, claimant in out.items()},
        tuple(place for place, claimant in out.items() if stuck[claimant.key].may_come(known)),
    )


@dataclass(frozen=True, slots=True)
class _Root:
    """What a chain of resources that wait for one another ends with: the holder of ``key``, which keeps that place."""

    key: str
    holder: Holder

    def may_come(self, known: AbstractSet[str]) -> bool:
        return self.holder.wanted not in {self.key, *known}


def _stuck(asked: list[Claimant], holders: Holders) -> dict[str, _Root]:
    """Return the places that their holders keep, each with what is at the end of its chain."""
    owners: dict[str, set[str]] = {}
    for claimant in asked:
        owners.setdefault(claimant.key, set()).add(claimant.owner)
    taken = {claimant.key: holders[claimant.key] for claimant in asked if claimant.overwrites and claimant.key in holders}
    stuck: dict[str, _Root] = {}
    while True:
        more = {
            key: stuck.get(holder.wanted or "", _Root(key, holder))
            for key, holder in taken.items()
            if key not in stuck and _keeps(key, holder, owners, stuck)
        }
        if not more:
            return stuck
        stuck |= more


def _keeps(key: str, holder: Holder, owners: Mapping[str, AbstractSet[str]], stuck: Mapping[str, _Root]) -> bool:
    if holder.wanted is None or holder.owner in owners[key]:
        return False
    if holder.wanted == key or holder.arrived:
        return holder.wanted == key
    return holder.wanted in stuck or holder.owner not in owners.get(holder.wanted, ())


def _refusal(environment: EnvironmentId, claimant: Claimant, holder: Holder, root: _Root, causes: Mapping[str, str]) -> Refused:
    home = f"{environment.program_id}/{environment.environment_id}/"
    place = _shown(claimant.key, home)
    waits = f", until {_shown(holder.wanted, home)} is free for it" if holder.wanted != claimant.key else ""
    return Refused(
        f"{claimant.what}: {holder.owner} keeps {place}{waits}, so {claimant.owner} cannot have it. Both stay as they are. "
        f"{causes.get(root.holder.wanted or '') or _absence(root, home)}"
    )


def _absence(root: _Root, home: str) -> str:
    owner, wanted = root.holder.owner, _shown(root.holder.wanted, home)
    if root.holder.wanted == root.key:
        return f"Give {owner} another place first, or correct what is wrong with it."
    return (
        f"{owner} did not come with the same change, which would have taken it to {wanted}. If {owner} was refused, its own error says "
        f"why; otherwise Pulumi ran too few operations at a time. {TOGETHER}"
    )


def _shown(key: str | None, home: str) -> str:
    """Show a claim key as the resource's id, without the environment where that is clear."""
    return (key or "").partition(" ")[2].removeprefix(home)


class Claims:
    """Claim keys of one engine run; each key has one owner, the logical name of a resource.

    Renaming a resource, or moving it into a component, makes the engine create the new one and then delete the old one,
    for the same thing. Whoever checks, creates or updates claims; a delete asks whether its key is claimed.
    """

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}
        self._announced: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._urns: dict[str, str] = {}
        self._names: set[str] = set()
        self._recorded: dict[str, Holder] = {}
        self._arrived: set[str] = set()
        self._lock = threading.Lock()

    def claim(self, key: str, owner: str, kind: str = "", urn: str = "") -> None:
        """Claim ``key`` for ``owner``; raises Occupied, naming both, where another resource of this run has claimed it.

        ``kind`` tells an EnvVar from a SecretEnvVar of the same name, since one variable is either; ``urn``, if it is known, one of two
        resources of one name from the other, which stands elsewhere in the program.
        """
        with self._lock:
            holder, other = self._owners.setdefault(key, owner), self._kinds.setdefault(key, kind)
            place = self._urns.setdefault(key, urn) if urn else ""
            self._names.add(owner)
        if holder != owner:
            raise Occupied(f"{owner} and {holder} both declare {key}; one thing has one resource: remove one of them.")
        if other != kind:
            raise Occupied(f"{kind} {owner} and {other} {holder} both declare {key}; one thing has one resource: remove one of them.")
        if place != urn:
            raise Occupied(f"{urn} and {place} both declare {key}; one thing has one resource: remove one of them.")

    def announce(self, owners: Mapping[str, str]) -> None:
        """Take note of what the program declares, with the owner of each key: the engine may have it checked only later."""
        with self._lock:
            self._announced.update(owners)

    def remember(self, key: str, owner: str, wanted: str | None = None, recorded: Properties | None = None) -> None:
        """Take note that the state of this stack shows ``owner`` at ``key``: what stands there is ours, though another takes its place.

        ``wanted`` is the key that the program gives that resource, NOWHERE where it gives none; None where only its record is known, as
        when it was read. ``recorded`` are its outputs, where they are known.
        """
        with self._lock:
            known = self._recorded.get(key)
            if wanted is not None or known is None:
                known = Holder(owner, wanted, recorded=None if known is None else known.recorded)
            self._recorded[key] = known if known.recorded is not None else replace(known, recorded=recorded)

    def arrived(self, key: str) -> None:
        """Take note that what is declared at ``key`` is in force."""
        with self._lock:
            self._arrived.add(key)

    def holders(self, unread: str = "") -> Holders:
        """Return who of this stack holds which key, as far as this run has seen its state; ``unread`` as of Holders.

        One whose record alone is known has left the program, unless a resource of its kind and name declares something.
        """
        with self._lock:
            declared: dict[tuple[str, str], list[str]] = {}
            for key, owner in (self._announced | self._owners).items():
                declared.setdefault((_kind(key), owner), []).append(key)
            judged = {key: self._judged(one, key, declared.get((_kind(key), one.owner), ())) for key, one in self._recorded.items()}
        return Holders(judged, unread)

    def is_unknown(self, found: Collection[str]) -> bool:
        """Say whether of one of these places it is not known what this stack has recorded there."""
        with self._lock:
            return any(key not in self._recorded or self._recorded[key].recorded is None for key in found)

    def owner(self, key: str) -> str | None:
        """Return the logical name of the resource of this run that declares ``key``, if there is one."""
        with self._lock:
            return self._owners.get(key) or self._announced.get(key)

    def is_declared(self, owner: str) -> bool:
        """Say whether a resource of that logical name is part of this run's program, whatever it declares."""
        with self._lock:
            return owner in self._names

    def _judged(self, holder: Holder, key: str, declared: Sequence[str]) -> Holder:
        """Say where a holder goes: of several places that it has, as a set of entries, none takes the place of another."""
        place = key if key in declared else next(iter(declared), None) if len(declared) == 1 else None
        wanted = place if holder.wanted is None else holder.wanted or None
        return replace(holder, wanted=wanted, arrived=wanted in self._arrived)


def _kind(key: str) -> str:
    return key.partition(" ")[0]
