"""Which resources of this run have declared which thing, so that the delete of an old name removes nothing that a new one holds."""

import threading
from dataclasses import replace

from aem_mail.errors import Occupied
from aem_mail.rollout.places import Holder, Holders


class Claims:
    """Claim keys of one engine run; each key has one owner, the logical name of a resource.

    Renaming a resource, or moving it into a component, makes the engine create the new one and then delete the old one,
    for the same thing. Whoever checks, creates or updates claims; a delete asks whether its key is claimed.
    """

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._names: set[str] = set()
        self._recorded: dict[str, Holder] = {}
        self._arrived: set[str] = set()
        self._lock = threading.Lock()

    def claim(self, key: str, owner: str, kind: str = "") -> None:
        """Claim ``key`` for ``owner``; raises Occupied, naming both, where another resource of this run has claimed it.

        ``kind`` tells an EnvVar from a SecretEnvVar of the same name, since one variable is either.
        """
        with self._lock:
            holder, other = self._owners.setdefault(key, owner), self._kinds.setdefault(key, kind)
            self._names.add(owner)
        if holder != owner:
            raise Occupied(f"{owner} and {holder} both declare {key}; one thing has one resource: remove one of them.")
        if other != kind:
            raise Occupied(f"{kind} {owner} and {other} {holder} both declare {key}; one thing has one resource: remove one of them.")

    def remember(self, key: str, owner: str, wanted: str | None = None) -> None:
        """Take note that the state of this stack shows ``owner`` at ``key``: what stands there is ours, though another takes its place.

        ``wanted`` is the key that the program gives that resource; None where only its record is known, as when it was read.
        """
        with self._lock:
            if wanted is not None or key not in self._recorded:
                self._recorded[key] = Holder(owner, wanted)

    def arrived(self, key: str) -> None:
        """Take note that what is declared at ``key`` is in force."""
        with self._lock:
            self._arrived.add(key)

    def holders(self) -> Holders:
        """Return who of this stack holds which key, as far as this run has seen its state.

        One whose record alone is known has left the program, unless a resource of its kind and name declares something.
        """
        with self._lock:
            declared = {(_kind(key), owner): key for key, owner in self._owners.items()}
            return {key: self._judged(holder, declared.get((_kind(key), holder.owner))) for key, holder in self._recorded.items()}

    def owner(self, key: str) -> str | None:
        """Return the logical name of the resource of this run that declares ``key``, if there is one."""
        with self._lock:
            return self._owners.get(key)

    def is_declared(self, owner: str) -> bool:
        """Say whether a resource of that logical name is part of this run's program, whatever it declares."""
        with self._lock:
            return owner in self._names

    def _judged(self, holder: Holder, declared: str | None) -> Holder:
        wanted = holder.wanted or declared
        return replace(holder, wanted=wanted, arrived=wanted in self._arrived)


def _kind(key: str) -> str:
    return key.partition(" ")[0]
