"""Limits that docs/reliability.md names, and the ways out that it names."""

from dataclasses import replace
from typing import Final

from tests.soak.history import Declared, Program

SECRETS: Final = frozenset({"SecretEnvVar", "EnvVars"})


def with_way_out(program: Program, *, plugin_killed: bool) -> Program:
    """Return the program that takes back the secrets that a plugin was creating which alone was killed."""
    return {name: _replacing(one) if plugin_killed and one.kind in SECRETS else one for name, one in program.items()}


def _replacing(one: Declared) -> Declared:
    return replace(one, properties={**one.properties, "on_conflict": "replace"})
