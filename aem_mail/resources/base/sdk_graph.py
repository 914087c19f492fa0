"""What Pulumi's SDK knows of the resources of a running program, by names that it does not promise to keep.

Where one of them is not there, `can_tell` says so, and nobody asks for the rest.
"""

import asyncio
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

import pulumi


def can_tell(resource: pulumi.Resource) -> bool:
    """Say whether the SDK has the names that are used here."""
    return hasattr(resource, "_childResources") and hasattr(getattr(resource, "urn", None), "_data")


def is_registered(resource: pulumi.Resource) -> bool:
    """Say whether the engine has answered for a resource, so that it waits for nothing any more."""
    urn = getattr(resource, "urn", None)
    return urn is not None and _answer(urn) is not None


def known_dependencies(resource: pulumi.Resource) -> AbstractSet[pulumi.Resource]:
    """Return what a resource is known to wait for, which may be less than what it waits for."""
    return getattr(resource, "_direct_computed_dependencies", frozenset[pulumi.Resource]())


def sources(value: Any) -> AbstractSet[pulumi.Resource] | None:
    """Return the resources that an output or an awaitable comes from; None while that is not known."""
    if isinstance(value, pulumi.Output):
        answer = _answer(value)
        return None if answer is None else {leaf for one in answer.resources for leaf in leaves(one)}
    return set() if isinstance(value, asyncio.Future) and value.done() else None


def known_value(output: "pulumi.Output[Any]") -> Any:
    """Return the value of an output; None while it is not known, or in a preview that does not know it."""
    answer = _answer(output)
    return None if answer is None or not answer.is_known else answer.value


def leaves(resource: pulumi.Resource) -> Iterator[pulumi.Resource]:
    """Yield what the engine is told of a dependency: the resource, or, of a component, all that it consists of."""
    if isinstance(resource, pulumi.ComponentResource):
        for child in list(resource._childResources):
            yield from leaves(child)
    else:
        yield resource


def _answer(output: "pulumi.Output[Any]") -> Any:
    data: asyncio.Future[Any] = output._data
    return data.result() if data.done() and not data.cancelled() and data.exception() is None else None
