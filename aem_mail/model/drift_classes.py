"""The classes of drift findings."""

from enum import StrEnum
from typing import Final


class DriftClass(StrEnum):
    """What kind of difference a finding is about.

    ``changed`` and ``missing``: what the last `pulumi up` recorded is different, or not there. ``unmanaged``: it is there, and no stack
    of the run declares it. ``undeployed``: the present program wants something that no `pulumi up` has recorded yet (only with
    ``--program``). ``inTransition``: it is being changed right now, which is no drift. ``unverifiable``: it is there, but its value
    cannot be read, or is encrypted in the state. ``unknown``: a read failed, so that nothing can be said.
    """

    CHANGED = "changed"
    MISSING = "missing"
    UNMANAGED = "unmanaged"
    UNDEPLOYED = "undeployed"
    IN_TRANSITION = "inTransition"
    UNVERIFIABLE = "unverifiable"
    UNKNOWN = "unknown"


DRIFT: Final = frozenset({DriftClass.CHANGED, DriftClass.MISSING, DriftClass.UNMANAGED, DriftClass.UNDEPLOYED})
"""The classes that are drift; of the others only ``unknown`` keeps a report from being clean."""
WORDS: Final = {DriftClass.IN_TRANSITION: "in transition"}


def word(drift_class: DriftClass) -> str:
    """Return the class in words."""
    return WORDS.get(drift_class, str(drift_class))
