"""Programs as Python text, for the real engine."""

from pathlib import Path
from typing import Any

from tests.soak.history import Declared, Program

PROLOGUE = "import pulumi\nfrom aem_mail import *\n\nmade = {}\n"
WAITING = frozenset({"AdvancedNetworking", "PortForward", "PortForwards"})
RENDERED = frozenset({"content"})
"""Properties that the resource computes by itself."""


def program_text(program: Program, secrets: Path) -> str:
    """Write a program; a secret's file lies in the folder ``secrets``."""
    ordered = sorted(program.items(), key=lambda item: item[1].kind in WAITING)
    infrastructures = {one.properties["program_id"]: name for name, one in ordered if one.kind == "NetworkInfrastructure"}
    return PROLOGUE + "".join(_line(name, declared, infrastructures, secrets) for name, declared in ordered)


def _line(name: str, declared: Declared, infrastructures: dict[str, str], secrets: Path) -> str:
    given = {key: _value(value, secrets) for key, value in declared.properties.items() if key not in RENDERED}
    before = infrastructures.get(given.get("program_id", "")) if declared.kind in WAITING else None
    return f"made[{name!r}] = {declared.kind}({name!r}, {declared.kind}Args(**{given!r}){options(before, declared.alias)})\n"


def options(before: str | None, alias: str) -> str:
    """Write a resource's options as a further argument: what it waits for, and the name that it had before."""
    given = [f"depends_on=[made[{before!r}]]"] if before else []
    given += [f"aliases=[pulumi.Alias(name={alias!r})]"] if alias else []
    return f", pulumi.ResourceOptions({', '.join(given)})" if given else ""


def _value(value: Any, secrets: Path) -> Any:
    if isinstance(value, dict):
        return {name: _value(one, secrets) for name, one in value.items()}
    if isinstance(value, str) and value.startswith("file:"):
        return f"file:{secrets / value.removeprefix('file:')}"
    return value
