"""What happened in one schedule, as values: the checker sees nothing else.

Live states and seeds are in the simulator's own form (`/_sim/state`); properties are those of the resources.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Live = Mapping[str, Any]


class Role(StrEnum):
    """What a phase is for; only the disturbed one may fail."""

    PREPARE = "prepare"
    DISTURBED = "disturbed"
    REFRESH = "refresh"
    RECOVERY = "recovery"
    AGAIN = "again"
    DESTROY = "destroy"


class Step(StrEnum):
    """What the engine did with one resource."""

    CHECK = "check"
    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    READ = "read"


class Result(StrEnum):
    """How a step ended; one that never ended (its process was killed) has no operation."""

    DONE = "done"
    FAILED = "failed"
    UNREADY = "unready"


class Noun(StrEnum):
    """What a write changes."""

    NETWORKING = "networking"
    VARIABLES = "variables"
    INFRASTRUCTURE = "infrastructure"


@dataclass(frozen=True, slots=True)
class Declared:
    """One resource of a program; ``alias`` is the name that it had before.

    ``secret`` is its secret's value, however it is declared, ``secrets`` those of a set by the names of their entries.
    """

    kind: str
    properties: Mapping[str, Any]
    secret: str | None = field(default=None, repr=False)
    alias: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


Program = Mapping[str, Declared]
"""Logical name → resource."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One resource of a stack's state, as the engine keeps it."""

    name: str
    kind: str
    id: str
    inputs: Mapping[str, Any] = field(repr=False)
    outputs: Mapping[str, Any] = field(repr=False)
    init_errors: tuple[str, ...] = ()
    pending_delete: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One step and its end; ``expected`` is False for an error that is none of this package's own."""

    name: str
    kind: str
    step: Step
    result: Result
    error: str = ""
    expected: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the engine on one stack; ``completed`` is False where its process was killed or stopped."""

    stack: str
    command: str
    program: Program
    before: Sequence[Recorded] = ()
    after: Sequence[Recorded] = ()
    operations: Sequence[Operation] = ()
    completed: bool = True


Identity = tuple[str | None, str]
"""A variable's service and name."""


@dataclass(frozen=True, slots=True)
class Write:
    """One mutation that the simulator applied.

    ``place`` is "program/environment" or "program/region". ``effect`` tells whether it changed anything; of variables,
    ``touched`` are those it named and ``idle`` those among them that were just so before. ``seen``: the environment answered
    while this change lasted, so that whoever had lost the answer could have looked. ``others``: made by a second writer;
    ``document`` is then what stands since.
    """

    noun: Noun
    place: str
    effect: bool = True
    touched: frozenset[Identity] = frozenset()
    idle: frozenset[Identity] = frozenset()
    seen: bool = True
    others: bool = False
    document: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """Runs that took place at the same time (two only where stacks meet), what was written meanwhile, and what is live after it.

    ``files`` are the OSGi configuration files after it, as path → text. ``tolerated``: whatever went wrong is to be borne
    without an error.
    """

    role: Role
    runs: Sequence[Run]
    writes: Sequence[Write]
    live: Live
    files: Mapping[str, str] = field(default_factory=dict)
    tolerated: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """A whole schedule; ``texts`` are all texts that left the process (errors, logs, messages), by where they were found."""

    seed: Live
    phases: Sequence[Phase]
    secrets: Sequence[str] = field(default=(), repr=False)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken invariant, by its number in docs/reliability.md, and how it shows."""

    invariant: int
    text: str

    def __str__(self) -> str:
        return f"invariant {self.invariant}: {self.text}"
