"""What is kept for a program while it runs: one process may run the programs of several stacks."""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

import pulumi

Kept = TypeVar("Kept")


class PerProgram(Generic[Kept]):
    """Something that each program has one of, by the stack that it is the program of; ``make`` makes it when it is first asked for."""

    def __init__(self, make: Callable[[], Kept]) -> None:
        self._make = make
        self._kept: WeakKeyDictionary[pulumi.Resource, Kept] = WeakKeyDictionary()

    def running(self) -> Kept:
        """Return what the running program has; where none runs, something new each time."""
        root = pulumi.runtime.get_root_resource()
        if root is None:
            return self._make()
        if root not in self._kept:
            self._kept[root] = self._make()
        return self._kept[root]
