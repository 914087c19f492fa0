"""In which order a program's resources come and go, where its author left that open: they declare it themselves.

The engine creates what depends on something after it, and deletes it before. So what needs a program's network infrastructure depends on
it, or a `destroy` would find the infrastructure in use and leave it. Only the end of a program knows all that it declares, and a
resource can wait for that: the program has run to its end before its first resource is registered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields
from typing import Any, Final, TypeVar

import pulumi

from aem_mail.kinds import Scope, kind_named
from aem_mail.kinds.kind import ResourceKind
from aem_mail.resources.base import sdk_graph
from aem_mail.resources.base.per_program import PerProgram

Node = TypeVar("Node", bound=Hashable)

TURN: Final = 0.02
"""Seconds after which it is looked again at what a resource still waits for."""
MOST_TURNS: Final = 500
"""Turns after which a resource that may wait for another one, for all that is known, counts as waiting for it."""

BEHIND: Final = 0.3
"""Seconds for which an enablement lets the rules be registered first."""


def reached(start: Node, requires: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """Return all that has to be there before ``start``, itself included."""
    found, left = set[Node](), [start]
    while left:
        node = left.pop()
        if node not in found:
            found.add(node)
            left += requires(node)
    return found


def may_wait(later: Node, first: Node, requires: Callable[[Node], Iterable[Node]], unclear: Callable[[Node], bool]) -> bool | None:
    """Say whether ``later`` can wait for ``first`` without a circle; None while a part of what ``first`` waits for is ``unclear``."""
    before = reached(first, requires)
    if later in before:
        return False
    return None if any(map(unclear, before)) else True


@dataclass(frozen=True, eq=False)
class _Declared:
    """A resource of the running program, with its arguments and options as its author gave them."""

    resource: pulumi.Resource
    kind: ResourceKind
    given: Mapping[str, Any]
    opts: pulumi.ResourceOptions

    def follows(self, other: "_Declared") -> bool:
        """Say whether this one needs the other one to be there, if both belong to the same program."""
        if other.kind.scope is not Scope.PROGRAM or other is self:
            return False
        if self.kind.scope is Scope.PROGRAM:
            return _rank(other.given) < _rank(self.given)
        return self.kind.scope is Scope.NETWORKING

    def is_beside(self, other: "_Declared") -> bool | None:
        """Say whether both belong to the same program; None while that is not known."""
        own, others = self.given["program_id"], other.given["program_id"]
        if own is others:
            return True
        if any(sdk_graph.sources(value) is None for value in (*_later(own), *_later(others))):
            return None
        return _known(own) is not None and _known(own) == _known(others)


@dataclass
class _Resources:
    """What a program has declared so far, and what was found of it to wait for something else."""

    declared: dict[pulumi.Resource, _Declared] = field(default_factory=dict)
    waits: dict[pulumi.Resource, list[pulumi.Resource]] = field(default_factory=dict)

    def requires(self, resource: pulumi.Resource) -> Collection[pulumi.Resource]:
        """Return what is known to have to be there before a resource that is not there yet."""
        if sdk_graph.is_registered(resource):
            return ()
        own = self.declared.get(resource)
        given = () if own is None else (*_named_by(own.opts), *self._told_by(own))
        return {*sdk_graph.known_dependencies(resource), *given, *self.waits.get(resource, ())}

    def is_unclear(self, resource: pulumi.Resource) -> bool:
        """Say whether a resource that is not there yet may wait for more than is known."""
        if sdk_graph.is_registered(resource):
            return False
        own = self.declared.get(resource)
        return own is None or any(self._sources(value) is None for value in (*_later(own.given), *_later(own.opts.depends_on)))

    def _told_by(self, own: _Declared) -> Iterator[pulumi.Resource]:
        for value in (*_later(own.given), *_later(own.opts.depends_on)):
            yield from self._sources(value) or ()

    def _sources(self, value: Any) -> AbstractSet[pulumi.Resource] | None:
        """Return the resources that tell a value; None while that is not known."""
        known = sdk_graph.sources(value)
        own = next((one for one in self.declared if any(value is each for each in vars(one).values())), None)
        return known if own is None else {own}


_RESOURCES: Final = PerProgram(_Resources)


def in_order(resource: pulumi.Resource, args: Any, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Return the options of a resource, with dependencies on what it follows in its program and does not have to precede."""
    program = _RESOURCES.running()
    given = {argument.name: getattr(args, argument.name) for argument in fields(args)}
    kind = kind_named(type(args).__name__.removesuffix("Args"))
    own = program.declared[resource] = _Declared(resource, kind, given, opts or pulumi.ResourceOptions())
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=asyncio.ensure_future(_before(own, program))))


async def _before(own: _Declared, program: _Resources) -> list[pulumi.Resource]:
    """Return what a resource is to wait for; where the engine goes one by one, rules come first and enable too, in their own change."""
    first = await _first(own, program)
    if own.kind.enables and any(one.kind.scope is Scope.NETWORKING and not one.kind.enables for one in program.declared.values()):
        for one in first:
            await one.urn.future()
        await asyncio.sleep(BEHIND)
    return first


async def _first(own: _Declared, program: _Resources) -> list[pulumi.Resource]:
    """Return what a resource is to wait for, once its program has ended and that is known."""
    waits = program.waits[own.resource] = list[pulumi.Resource]()
    turns = MOST_TURNS if sdk_graph.can_tell(own.resource) else 0
    for _ in range(turns):
        judged = {other: _may_wait(own, other, program) for other in program.declared.values() if own.follows(other)}
        waits += [other.resource for other, may in judged.items() if may and other.resource not in waits]
        if None not in judged.values():
            break
        await asyncio.sleep(TURN)
    return waits


def _may_wait(own: _Declared, other: _Declared, program: _Resources) -> bool | None:
    beside = own.is_beside(other)
    return may_wait(own.resource, other.resource, program.requires, program.is_unclear) if beside else beside


def _named_by(opts: pulumi.ResourceOptions) -> Iterator[pulumi.Resource]:
    """Return what options name that has to be there before."""
    single = (opts.parent, opts.deleted_with, *(opts.replace_with or ()))
    yield from (one for one in single if one is not None)
    for one in _flat(opts.depends_on):
        if isinstance(one, pulumi.Resource):
            yield from sdk_graph.leaves(one)


def _later(given: Any) -> Iterator[Any]:
    """Yield the values that only a run will know."""
    return (value for value in _flat(given) if isinstance(value, pulumi.Output | Awaitable))


def _flat(given: Any) -> Iterator[Any]:
    if isinstance(given, Mapping):
        given = list(given.values())
    if isinstance(given, list | tuple):
        for one in given:
            yield from _flat(one)
    else:
        yield given


def _known(value: Any) -> str | None:
    known = sdk_graph.known_value(value) if isinstance(value, pulumi.Output) else value
    return None if known is None else str(known)


def _rank(given: Mapping[str, Any]) -> int:
    """Return 0 for the primary region, 1 where only Cloud Manager can tell, 2 for a further one."""
    return {True: 0, False: 2}.get(given["is_primary_region"], 1)
