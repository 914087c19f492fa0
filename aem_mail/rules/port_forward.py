"""Limits of a port forward."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from aem_mail.errors import Problem
from aem_mail.limits import PORT_DEST_MAX, PORT_ORIG_BASE, PORT_ORIG_MAX, PORT_ORIG_MIN
from aem_mail.model import UNKNOWN, Properties
from aem_mail.normal import default_port_orig
from aem_mail.rules.hosts import host, host_fault, is_private_host
from aem_mail.rules.shapes import CONFLICT_POLICY, ENVIRONMENT, Field, object_of, seconds, whole_number

OPEN_PORTS: Final = (80, 443)
SMTP_PORT: Final = 25

PORT_DEST: Final = whole_number(1, PORT_DEST_MAX)
PORT_ORIG: Final = whole_number(PORT_ORIG_MIN, PORT_ORIG_MAX, note="Adobe's convention is 30000 + the destination port")

FIELDS: Final = object_of(
    {
        **ENVIRONMENT,
        "name": Field(host, required=True),
        "port_dest": Field(PORT_DEST, required=True),
        "port_orig": Field(PORT_ORIG),
        "on_conflict": Field(CONFLICT_POLICY),
        "timeout": Field(seconds),
    },
    closed=False,
)


def problems(properties: Properties) -> Iterator[Problem]:
    yield from FIELDS("", properties)
    yield from missing_port_orig(properties.get("port_dest"), properties.get("port_orig"))


def missing_port_orig(port_dest: Any, port_orig: Any, dest_field: str = "port_dest", orig_field: str = "port_orig") -> Iterator[Problem]:
    """Yield a problem where no origin port is declared and none follows from a valid destination port."""
    if port_orig is None and port_dest is not None and default_port_orig(port_dest) is None and not list(PORT_DEST("", port_dest)):
        reason = f"{PORT_ORIG_BASE} + {dest_field} would be {PORT_ORIG_BASE + port_dest}, outside {PORT_ORIG_MIN}–{PORT_ORIG_MAX}"
        yield Problem(orig_field, f"is missing: {reason}; choose one that is free in the environment")


def warnings(properties: Properties) -> Iterator[Problem]:
    yield from destination_warnings(properties.get("name"), properties.get("port_dest"))


def destination_warnings(name: Any, port: Any, host_field: str = "name", port_field: str = "port_dest") -> Iterator[Problem]:
    """Yield what speaks against a destination that is allowed."""
    if isinstance(port, int) and port in OPEN_PORTS:
        yield Problem(port_field, f"{port} is open without any port forward; the rule is not needed")
    if port == SMTP_PORT and not isinstance(port, bool):
        yield Problem(port_field, "mail on port 25 has no TLS to rely on and is often blocked; prefer 587 or 465")
    if isinstance(name, str) and name and host_fault(name) is None and is_private_host(name):
        yield Problem(host_field, f"'{name}' looks private; only a network infrastructure of kind vpn reaches private hosts")


def duplicate_rules(rules: Sequence[Properties]) -> list[Problem]:
    """Return one problem for each ``port_orig`` that several PortForwards of one environment declare."""
    declared: dict[tuple[Any, Any, int], list[str]] = {}
    for rule in rules:
        port_orig = rule.get("port_orig")
        place = (rule.get("program_id"), rule.get("environment_id"))
        if isinstance(port_orig, int) and UNKNOWN not in place:
            declared.setdefault((str(place[0]), str(place[1]), port_orig), []).append(destination(rule))
    return [
        Problem("port_orig", f"{port_orig} is declared {len(destinations)} times in environment {environment}: {', '.join(destinations)}")
        for (_, environment, port_orig), destinations in declared.items()
        if len(destinations) > 1
    ]


def destination(rule: Properties) -> str:
    who = rule.get("logical_name")
    return f"{rule.get('name')}:{rule.get('port_dest')}{f' ({who})' if isinstance(who, str) else ''}"
