"""PortForward: one rule of an environment's advanced networking."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from aem_mail.errors import Problem
from aem_mail.kinds import forms
from aem_mail.kinds.forms import default_port_orig
from aem_mail.kinds.hosts import host, host_fault, is_private_host
from aem_mail.kinds.kind import LiveValues, ResourceKind, Scope, told
from aem_mail.kinds.requests import NetworkingRequest, Operation, PutRule, RemoveRule, shown_rule
from aem_mail.kinds.shapes import CONFLICT_POLICY, ENVIRONMENT, Field, seconds, whole_number
from aem_mail.model import AdvancedNetworking, PortForward, Properties, port_forward_of
from aem_mail.model.limits import PORT_DEST_MAX, PORT_ORIG_BASE, PORT_ORIG_MAX, PORT_ORIG_MIN
from aem_mail.text.confidential import secret_names

OPEN_PORTS: Final = (80, 443)
SMTP_PORT: Final = 25
RULES_ON_PORT: Final = "rules_on_port"
"""Output of a PortForward that is there only while several rules share its port: all of them, as texts, sorted."""
ENABLED_AHEAD: Final = "enabled_ahead"
"""Output: whether advanced networking was enabled with the rule, ahead of the AdvancedNetworking that the program declares."""

PORT_DEST: Final = whole_number(1, PORT_DEST_MAX)
PORT_ORIG: Final = whole_number(PORT_ORIG_MIN, PORT_ORIG_MAX, note="Adobe's convention is 30000 + the destination port")


class PortForwardKind(ResourceKind):
    """A rule is named by its ``port_orig``; the environment's other rules are somebody else's."""

    name = "PortForward"
    scope = Scope.NETWORKING
    parts = ("program_id", "environment_id", "port_orig")
    normal: ClassVar[forms.Forms] = {**forms.ENVIRONMENT, "name": forms.host}
    fields: ClassVar[Mapping[str, Field]] = {
        **ENVIRONMENT,
        "name": Field(host, required=True),
        "port_dest": Field(PORT_DEST, required=True),
        "port_orig": Field(PORT_ORIG),
        "on_conflict": Field(CONFLICT_POLICY),
        "timeout": Field(seconds),
    }
    compared = (*parts, "name", "port_dest", "timeout")
    readable = ("name", "port_dest")

    def thing(self, properties: Properties) -> str:
        port_orig, name, port_dest = (told(properties.get(part)) for part in ("port_orig", "name", "port_dest"))
        return f"{port_orig} → {name}:{port_dest}"

    def normalise(self, properties: Properties) -> dict[str, Any]:
        return forms.with_port_orig(super().normalise(properties), "port_dest")

    def parse_identity(self, identity: str) -> dict[str, Any]:
        parts = super().parse_identity(identity)
        return {**parts, "port_orig": int(parts["port_orig"])}

    def problems(self, properties: Properties) -> Iterator[Problem]:
        yield from super().problems(properties)
        yield from missing_port_orig(properties.get("port_dest"), properties.get("port_orig"))

    def warnings(self, properties: Properties) -> Iterator[Problem]:
        yield from destination_warnings(properties.get("name"), properties.get("port_dest"))

    def live_values(self, recorded: Properties, there: AdvancedNetworking | None) -> LiveValues | None:
        """Read the rule on ``port_orig``; where several share it none is picked: what is recorded stays, and all of them are named."""
        rules = [] if there is None or not there.enabled else rules_on(there, recorded["port_orig"])
        if len(rules) > 1:
            return {RULES_ON_PORT: [shown_rule(rule, secret_names(recorded)) for rule in rules]}
        return {"name": rules[0].name, "port_dest": rules[0].port_dest, RULES_ON_PORT: None} if rules else None

    def drifted(self, outputs: Properties, wanted: Properties) -> tuple[str, ...]:
        return (RULES_ON_PORT,) if outputs.get(RULES_ON_PORT) else ()

    def request(self, operation: Operation, recorded: Properties, wanted: Properties, value: str | None = None) -> NetworkingRequest:
        if operation is Operation.DELETE:
            return RemoveRule(recorded["port_orig"], secret_names(recorded))
        rule = PortForward(wanted["name"], wanted["port_dest"], wanted["port_orig"])
        owned = operation is Operation.UPDATE
        return PutRule(wanted["logical_name"], rule, wanted.get("on_conflict", self.default_policy), owned, secret_names(wanted))

    def with_stand_ins(self, wanted: Properties, text: str, port: int) -> Properties:
        ports = {name: port for name in ("port_orig", "port_dest") if not isinstance(wanted.get(name), int)}
        return {**super().with_stand_ins(wanted, text, port), **ports}

    def rules(self, properties: Properties) -> Sequence[PortForward]:
        match properties:
            case {"name": str(name), "port_dest": int(port_dest), "port_orig": int(port_orig)}:
                return (PortForward(name, port_dest, port_orig),)
            case _:
                return ()


PORT_FORWARD: Final = PortForwardKind()


def rules_on(live: AdvancedNetworking, port_orig: int) -> list[PortForward]:
    """Return every rule on a port, in an order that does not depend on theirs."""
    return sorted(rule for rule in map(live_rule, live.port_forwards) if rule.port_orig == port_orig)


def live_rule(entry: Mapping[str, Any]) -> PortForward:
    """Read one rule of the API in the normal form that a declared one has: DNS knows no upper case, and no dot at the end."""
    rule = port_forward_of(entry)
    return replace(rule, name=forms.host(rule.name))


def missing_port_orig(port_dest: Any, port_orig: Any, dest_field: str = "port_dest", orig_field: str = "port_orig") -> Iterator[Problem]:
    """Yield a problem where no origin port is declared and none follows from a valid destination port."""
    if port_orig is None and port_dest is not None and default_port_orig(port_dest) is None and not list(PORT_DEST("", port_dest)):
        reason = f"{PORT_ORIG_BASE} + {dest_field} would be {PORT_ORIG_BASE + port_dest}, outside {PORT_ORIG_MIN}–{PORT_ORIG_MAX}"
        yield Problem(orig_field, f"is missing: {reason}; choose one that is free in the environment")


def destination_warnings(name: Any, port: Any, host_field: str = "name", port_field: str = "port_dest") -> Iterator[Problem]:
    """Yield what speaks against a destination that is allowed."""
    if isinstance(port, int) and port in OPEN_PORTS:
        yield Problem(port_field, f"{port} is open without any port forward; the rule is not needed")
    if port == SMTP_PORT and not isinstance(port, bool):
        yield Problem(port_field, "mail on port 25 has no TLS to rely on and is often blocked; prefer 587 or 465")
    if isinstance(name, str) and name and host_fault(name) is None and is_private_host(name):
        yield Problem(host_field, f"'{name}' looks private; only a network infrastructure of kind vpn reaches private hosts")
