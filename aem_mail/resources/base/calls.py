"""Lets the rollout know what the engine is about: which calls are under way, and which requests follow from them."""

from collections.abc import Callable, Hashable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from pulumi.dynamic import CheckResult, DiffResult

from aem_mail.resources.base.plugin import current_run

P = ParamSpec("P")
Result = TypeVar("Result")
Decision = TypeVar("Decision", CheckResult, DiffResult)


def decides(method: Callable[P, Decision]) -> Callable[P, Decision]:
    """Follow a provider's ``check`` or ``diff``: it says whether a request of the resource follows."""

    @wraps(method)
    def followed(*args: P.args, **kwargs: P.kwargs) -> Decision:
        traffic = current_run().traffic
        traffic.begin()
        follows = False
        try:
            result = method(*args, **kwargs)
            follows = _follows(result)
            return result
        finally:
            traffic.end(_resource(*args), follows=follows)

    return followed


def requests(method: Callable[P, Result]) -> Callable[P, Result]:
    """Follow a provider's ``create``, ``update`` or ``delete``: it is the request of the resource."""

    @wraps(method)
    def followed(*args: P.args, **kwargs: P.kwargs) -> Result:
        current_run().traffic.arrive(_resource(*args))
        return method(*args, **kwargs)

    return followed


def _follows(result: CheckResult | DiffResult) -> bool:
    if isinstance(result, CheckResult):
        return not result.failures
    # A replacement is checked anew before it is created.
    return bool(result.changes) and not result.replaces


def _resource(provider: object, *args: object) -> Hashable:
    properties = args[-1] if args else None
    return type(provider), str(properties.get("logical_name")) if isinstance(properties, Mapping) else ""
