"""MailEgress components in programs: the children that the stand-in for the engine brings, and their text for the real one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from aem_mail.kinds.mail_secrets import DEFAULT_VARIABLES, LOGIN
from tests.soak.history import Declared, Program, Recorded
from tests.soak.program_text import options, program_text

COMPONENT: Final = "MailEgress"
PORT: Final = 465
ENVIRONMENT: Final = ("program_id", "environment_id")


def expanded(program: Program) -> Program:
    """Return a program with every component's children in its place; an alias of the component is one of each child."""
    return dict(child for name, one in program.items() for child in ([(name, one)] if one.kind != COMPONENT else _children(name, one)))


def renamed(state: Sequence[Recorded], program: Program) -> list[Recorded]:
    """Return a state whose resources have the names that the program's aliases give them."""
    names = {(one.alias, one.kind): name for name, one in program.items() if one.alias}
    return [replace(one, name=names.get((one.name, one.kind), one.name)) for one in state]


def components_of(program: Program) -> frozenset[str]:
    """Name the components of an expanded program."""
    return frozenset(str(one.properties["component"]) for one in program.values() if "component" in one.properties)


def component_of(one: Recorded) -> str:
    """Return the name of the component that a resource is a child of, the empty text where it is none."""
    return str(one.inputs.get("component", ""))


def text_of(program: Program, secrets: Path | None = None) -> str:
    """Write a program for the real engine; a secret's file lies in the folder ``secrets``."""
    single = {name: one for name, one in program.items() if one.kind != COMPONENT}
    return program_text(single, secrets or Path()) + "".join(_line(name, one) for name, one in program.items() if one.kind == COMPONENT)


def _children(name: str, component: Declared) -> Iterator[tuple[str, Declared]]:
    given = component.properties
    place = {key: given[key] for key in ENVIRONMENT}
    times = {"timeout": given["timeout"]} if "timeout" in given else {}
    if "egress" in given:
        region = {"program_id": given["program_id"], "kind": given["egress"], "region": "va7"}
        yield _child(name, component, "infrastructure", "NetworkInfrastructure", {**region, **times})
    yield _child(name, component, "networking", "AdvancedNetworking", {**place, **times})
    rules = {"port-forward": (given["host"], given.get("port", PORT))}
    if given.get("former"):
        rules["former-port-forward"] = given["former"]
    for role, (host, port) in rules.items():
        rule = {**place, "name": host, "port_dest": port, "port_orig": 30000 + port, "on_conflict": "error"}
        yield _child(name, component, role, "PortForward", {**rule, **times})
    for service in given.get("services", (None,)):
        for role in LOGIN:
            secret = {**place, "name": DEFAULT_VARIABLES[role], "value": given[role], "on_conflict": "replace"}
            where = {} if service is None else {"service": service}
            yield _child(name, component, "-".join([role, *where.values()]), "SecretEnvVar", {**secret, **where, **times})


def _child(name: str, component: Declared, role: str, kind: str, properties: Mapping[str, Any]) -> tuple[str, Declared]:
    alias = f"{component.alias}-{role}" if component.alias else ""
    secret = properties["value"] if kind == "SecretEnvVar" else None
    return f"{name}-{role}", Declared(kind, {**properties, "component": name}, secret, alias)


def _line(name: str, component: Declared) -> str:
    given = component.properties
    former = f", former=Former{given['former']!r}" if given.get("former") else ""
    arguments = [
        f"Smtp({given['host']!r}, {given.get('port', PORT)}{former})",
        "'noreply@wknd.site'",
        *(f"{role}={given[role]!r}" for role in LOGIN),
    ]
    arguments += [f"services={given['services']!r}"] if "services" in given else []
    arguments += [f"timeouts={dict.fromkeys(('environment', 'infrastructure'), given['timeout'])!r}"] if "timeout" in given else []
    arguments += [f"egress=Egress('managed', {given['egress']!r}, 'va7')"] if "egress" in given else []
    ids = ", ".join(repr(given[key]) for key in ENVIRONMENT)
    return f"MailEgress({name!r}, MailEgressArgs({ids}, {', '.join(arguments)}){options(None, component.alias)})\n"
