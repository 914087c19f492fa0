"""Requests that deliver, and ways to spoil them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from aem_mail.osgi import MAIL_SERVICE_PID, MailService, render_mail_service
from aem_mail.simulator.mail import NetworkingInForce, SendRequest
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import Infrastructure, Networking, PortForward, Variable


def variable(name: str, type_: Literal["string", "secretString"], service: str | None = None, value: str | None = None) -> Variable:
    """Return a variable; None is the value of a secret that is known by its fingerprint only."""
    held = Secret(Secret.of("forgotten").fingerprint) if value is None else Secret.of(value)
    return Variable(name, value or "" if type_ == "string" else held, service)


def in_force(*rules: PortForward, kind: str = "flexiblePortEgress") -> NetworkingInForce:
    return NetworkingInForce(Infrastructure("30001", kind, "va7"), Networking((), rules))


USERNAME = variable("EMAIL_USERNAME", "secretString", None, "apikey")
PASSWORD = variable("EMAIL_PASSWORD", "secretString", None, "password123")


def delivering(name: str = "smtp.sendgrid.com", port_dest: int = 465, tier: str = "author") -> SendRequest:
    port_orig = 30000 + port_dest
    rendered = render_mail_service(MailService(port_orig, port_dest, "noreply@wknd.site", "EMAIL_USERNAME", "EMAIL_PASSWORD"))
    rule = PortForward(name, port_dest, port_orig)
    return SendRequest({MAIL_SERVICE_PID: rendered}, tier, (USERNAME, PASSWORD), in_force(rule))


def with_properties(request: SendRequest, changes: dict[str, Any]) -> SendRequest:
    """Change properties of the mail service; None removes one."""
    properties = {**request.configuration[MAIL_SERVICE_PID], **changes}
    kept = {key: value for key, value in properties.items() if value is not None}
    return replace(request, configuration={MAIL_SERVICE_PID: kept})


def with_rules(request: SendRequest, *rules: PortForward) -> SendRequest:
    return replace(request, networking=in_force(*rules))


def with_variables(request: SendRequest, *variables: Variable) -> SendRequest:
    return replace(request, variables=variables)


def variables_of(
    type_: Literal["string", "secretString"], service: str | None = None, *, values: Sequence[str | None] = ("apikey", "password123")
) -> tuple[Variable, ...]:
    return tuple(variable(name, type_, service, value) for name, value in zip(("EMAIL_USERNAME", "EMAIL_PASSWORD"), values, strict=True))
