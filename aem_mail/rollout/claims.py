"""Which resources of this run have declared which thing, so that the delete of an old name removes nothing that a new one holds."""

import threading

from aem_mail.errors import Occupied


class Claims:
    """Claim keys of one engine run; each key has one owner, the logical name of a resource.

    Renaming a resource, or moving it into a component, makes the engine create the new one and then delete the old one,
    for the same thing. Whoever checks, creates or updates claims; a delete asks whether its key is claimed.
    """

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}
        self._names: set[str] = set()
        self._recorded: set[str] = set()
        self._lock = threading.Lock()

    def claim(self, key: str, owner: str) -> None:
        """Claim ``key`` for ``owner``; raises Occupied, naming both, where another resource of this run has claimed it."""
        with self._lock:
            holder = self._owners.setdefault(key, owner)
            self._names.add(owner)
        if holder != owner:
            raise Occupied(f"{owner} and {holder} both declare {key}; one thing has one resource: remove one of them.")

    def remember(self, key: str) -> None:
        """Take note that the state of this stack holds ``key``: what stands there is ours, though another resource takes its place."""
        with self._lock:
            self._recorded.add(key)

    def is_recorded(self, key: str) -> bool:
        """Say whether the state of this stack, as far as this run has seen it, holds ``key``."""
        with self._lock:
            return key in self._recorded

    def owner(self, key: str) -> str | None:
        """Return the logical name of the resource of this run that declares ``key``, if there is one."""
        with self._lock:
            return self._owners.get(key)

    def is_declared(self, owner: str) -> bool:
        """Say whether a resource of that logical name is part of this run's program, whatever it declares."""
        with self._lock:
            return owner in self._names
