"""What is kept for a program while it runs: one process may run the programs of several stacks."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

import pulumi

Kept = TypeVar("Kept")

ATTRIBUTE: Final = "_aem_mail"
"""Where the stack of a program has it. What is kept refers to the stack's resources, so that only the stack itself may hold it: any other
place would keep both as long as the process runs."""


class PerProgram(Generic[Kept]):
    """Something that each program has one of, by the stack that it is the program of; ``make`` makes it when it is first asked for."""

    def __init__(self, make: Callable[[], Kept]) -> None:
        self._make = make

    def running(self) -> Kept:
        """Return what the running program has; where none runs, something new each time."""
        root = pulumi.runtime.get_root_resource()
        if root is None:
            return self._make()
        kept: dict[PerProgram[Kept], Kept] = vars(root).setdefault(ATTRIBUTE, {})
        if self not in kept:
            kept[self] = self._make()
        return kept[self]
