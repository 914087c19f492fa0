"""The keys under which a run claims the entries of an environment's documents: whoever holds such an entry holds its key.

A key is a word and an id. The word is that of the kind that has one entry to a resource; every kind that holds the same entries
claims the same keys.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from aem_mail.model import EnvironmentId, VariableKey

ALL_SERVICES: Final = "all"
ENABLEMENT: Final = "AdvancedNetworking"
RULE: Final = "PortForward"
VARIABLE: Final = "EnvVar"
NOWHERE: Final = ""
"""Stands for the place of an entry that the program does not declare any more."""


def enablement_key(environment: EnvironmentId) -> str:
    """Return the key of an environment's enablement."""
    return f"{ENABLEMENT} {environment.program_id}/{environment.environment_id}"


def rule_key(environment: EnvironmentId, port_orig: int) -> str:
    """Return the key of the rule on a port."""
    return f"{RULE} {environment.program_id}/{environment.environment_id}/{port_orig}"


def variable_claim(environment: EnvironmentId, key: VariableKey) -> str:
    """Return the key of a variable, whatever its type."""
    return f"{VARIABLE} {environment.program_id}/{environment.environment_id}/{key.service or ALL_SERVICES}/{key.name}"


def places_of(recorded: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each recorded key with the key of the place that the program gives its entry: its own where that is not known."""
    for key in recorded:
        yield key, key if key in wanted or not wanted else wanted[0]
