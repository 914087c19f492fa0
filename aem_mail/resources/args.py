"""How arguments become a resource's properties."""

from dataclasses import fields
from typing import Any


def to_props(args: Any, logical_name: str) -> dict[str, Any]:
    """Return the given arguments under their own names, and the resource's logical name, by which a run tells owners apart."""
    given = {one.name: getattr(args, one.name) for one in fields(args)}
    return {**{name: value for name, value in given.items() if value is not None}, "logical_name": logical_name}
