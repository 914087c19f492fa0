"""Whose it is what a request finds in its place: decided from what the stack has recorded, and from what this run has begun; pure."""

from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """Who may change what stands in a place without being asked for."""

    OURS = "ours"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
    """The record could not be read."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a place in which something stands.

    ``recorded``: the state shows a resource of this stack there, whatever it is called, or a set that has left it to one. ``pending``
    counts the creations for that place that the record shows as not ended, one of which may be that of this run (``begun``); the others
    are of runs that were cut off. ``edited``: what stands there can be compared, and is not what was recorded. ``read``: the record was
    read.
    """

    recorded: bool = False
    pending: int = 0
    begun: bool = False
    edited: bool = False
    read: bool = False


def whose(evidence: Evidence) -> Whose:
    """Decide from the evidence; a place that is declared alone proves nothing, since a first run declares what others have made."""
    if evidence.edited:
        return Whose.FOREIGN
    if evidence.recorded or evidence.pending > evidence.begun:
        return Whose.OURS
    return Whose.FOREIGN if evidence.read else Whose.UNKNOWN
