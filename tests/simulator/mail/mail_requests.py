"""Requests that deliver, and ways to spoil them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from aem_mail.osgi import MAIL_SERVICE_PID, MailService, render_mail_service
from aem_mail.simulator.mail import Networking, PortForward, SendRequest, Variable

USERNAME = Variable("EMAIL_USERNAME", "secretString", None, "apikey")
PASSWORD = Variable("EMAIL_PASSWORD", "secretString", None, "password123")


def delivering(name: str = "smtp.sendgrid.com", port_dest: int = 465, tier: str = "author") -> SendRequest:
    port_orig = 30000 + port_dest
    rendered = render_mail_service(MailService(port_orig, port_dest, "noreply@wknd.site", "EMAIL_USERNAME", "EMAIL_PASSWORD"))
    rule = PortForward(name, port_dest, port_orig)
    return SendRequest({MAIL_SERVICE_PID: rendered}, tier, (USERNAME, PASSWORD), Networking("flexiblePortEgress", (rule,)))


def with_properties(request: SendRequest, changes: dict[str, Any]) -> SendRequest:
    """Change properties of the mail service; None removes one."""
    properties = {**request.configuration[MAIL_SERVICE_PID], **changes}
    kept = {key: value for key, value in properties.items() if value is not None}
    return replace(request, configuration={MAIL_SERVICE_PID: kept})


def with_rules(request: SendRequest, *rules: PortForward) -> SendRequest:
    return replace(request, networking=Networking("flexiblePortEgress", rules))


def with_variables(request: SendRequest, *variables: Variable) -> SendRequest:
    return replace(request, variables=variables)


def variables_of(
    type_: Literal["string", "secretString"], service: str | None = None, *, values: Sequence[str | None] = ("apikey", "password123")
) -> tuple[Variable, ...]:
    return tuple(Variable(name, type_, service, value) for name, value in zip(("EMAIL_USERNAME", "EMAIL_PASSWORD"), values, strict=True))
