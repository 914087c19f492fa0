"""What a whole program declares, told to the plugin with each set of entries: what leaves a set may have come to another resource.

The engine checks one resource after the other, in a narrow run just before it is changed. Only the program knows the rest by then:
it has run to its end before its first resource is registered.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

import pulumi

from aem_mail.kinds import claim_keys, kind_named, normalise
from aem_mail.kinds.entries import EntriesKind
from aem_mail.model import UNKNOWN, Properties

NAME: Final = "program_claims"
"""The input that tells it, claim key by claim key with the name of the resource; `check` takes it out, so that it is never recorded."""

Declared = list[tuple[str, str, Properties]]
"""Kind, name in the program, and inputs."""
TURN: Final = 0.02
"""Seconds for which an enablement lets others be registered first, again and again."""
MOST_TURNS: Final = 10


@dataclass
class _Program:
    """What a program has declared so far, and how many of its sets are on their way to be registered."""

    declared: Declared = field(default_factory=list)
    on_their_way: int = 0


_PROGRAMS: Final[WeakKeyDictionary[pulumi.Resource, _Program]] = WeakKeyDictionary()
"""By the stack that it is the program of: one process may run the programs of several."""


def declare(kind: str, logical_name: str, given: Mapping[str, Any]) -> None:
    """Take note of a resource of the running program."""
    if kind_named(kind).in_environment:
        _running().declared.append((kind, logical_name, given))


def program_claims() -> pulumi.Output[dict[str, str]]:
    """Return the claims of all resources of the program whose addresses are plain values, once it has ended."""
    program = _running()

    async def told() -> dict[str, str]:
        program.on_their_way += 1
        return claims_of(program.declared)

    return pulumi.Output.from_input(told())


def behind_sets() -> pulumi.Output[None]:
    """Return nothing, but once the sets of the program are on their way: where the engine goes one by one, their rules enable too."""
    program = _running()

    async def passed() -> None:
        for _ in range(MOST_TURNS):
            sets = sum(isinstance(kind_named(kind), EntriesKind) for kind, _, _ in program.declared)
            if not sets:
                return
            await asyncio.sleep(TURN)
            if program.on_their_way >= sets:
                return

    return pulumi.Output.from_input(passed())


def _running() -> _Program:
    root = pulumi.runtime.get_root_resource()
    return _Program() if root is None else _PROGRAMS.setdefault(root, _Program())


def claims_of(declared: Declared) -> dict[str, str]:
    """Return who declares which claim key; what only an output tells is left out."""
    return {
        key: logical_name
        for kind, logical_name, given in declared
        for key in claim_keys(kind, normalise(kind, {name: _known(value) for name, value in given.items()}))
    }


def _known(value: Any) -> Any:
    if isinstance(value, pulumi.Output | Awaitable):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {name: _known(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_known(item) for item in value]
    return value
