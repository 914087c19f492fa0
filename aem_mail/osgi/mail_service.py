"""Render the OSGi configuration of AEM's *Day CQ Mail Service*.

Source of keys and their order: Adobe's example in "E-mail service" (AEM as a Cloud Service, advanced networking).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

MAIL_SERVICE_PID = "com.day.cq.mailer.DefaultMailService"
PROXY_HOST_PLACEHOLDER = "$[env:AEM_PROXY_HOST;default=proxy.tunnel]"

IMPLICIT_TLS_PORT = 465
STARTTLS_PORT = 587
MAIL_SERVICE_KEYS = (
    *("smtp.host", "smtp.port", "smtp.user", "smtp.password", "from.address"),
    *("smtp.ssl", "smtp.starttls", "smtp.requiretls", "debug.email", "oauth.flow"),
)
"""What the configuration API of Adobe's SDK knows of the mail service (2026); Sling's analyser allows no other key."""
UNUSED_PASSWORD = "value not used"  # noqa: S105 - no password: what Adobe's example has in its place


@dataclass(frozen=True)
class MailService:
    """How AEM reaches one mail server through one port forward.

    `smtp_port` is the rule's `portOrig`, `port_dest` the mail server's own port, which alone decides the TLS flags.
    Both variables are names of `secretString` variables, not values. With `oauth` AEM logs in with a token; `password_variable` None
    is possible only then.
    """

    smtp_port: int
    port_dest: int
    from_address: str
    username_variable: str
    password_variable: str | None
    oauth: bool = False


def render_mail_service(service: MailService) -> dict[str, object]:
    """Return the properties of `DefaultMailService`, in the order of Adobe's example; ports are strings, flags booleans."""
    implicit_tls = service.port_dest == IMPLICIT_TLS_PORT
    starttls = service.port_dest == STARTTLS_PORT
    return {
        "smtp.host": PROXY_HOST_PLACEHOLDER,
        "smtp.port": str(service.smtp_port),
        "smtp.user": secret_placeholder(service.username_variable),
        "smtp.password": UNUSED_PASSWORD if service.password_variable is None else secret_placeholder(service.password_variable),
        "from.address": service.from_address,
        "smtp.ssl": implicit_tls,
        "smtp.starttls": starttls,
        "smtp.requiretls": starttls,
        "debug.email": False,
        "oauth.flow": service.oauth,
    }


def secret_placeholder(variable: str) -> str:
    """Return the text that AEM replaces by the `secretString` variable of that name."""
    return f"$[secret:{variable}]"


def render_configuration(properties: Mapping[str, object]) -> str:
    """Return the text of a `.cfg.json` file: two spaces, the given key order, non-ASCII as itself, a final newline.

    Raises ValueError for NaN and infinities, TypeError for values that JSON does not have.
    """
    return json.dumps(dict(properties), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
