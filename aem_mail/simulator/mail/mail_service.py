"""AEM's *Day CQ Mail Service* before it connects: its configuration as the tier resolves it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from aem_mail.osgi import (
    MAIL_SERVICE_PID,
    OsgiError,
    Placeholder,
    Properties,
    convert_document,
    find_placeholders,
    resolve_properties,
    variables_lookup,
)
from aem_mail.osgi.values import as_text
from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.mail.model import Resolved, SendRequest, Variable

PROXY_HOST = "proxy.tunnel"
PROXY_HOST_VARIABLE = "AEM_PROXY_HOST"
DEFAULT_PORT = 25
MISTAKEN_PID = "com.day.cq.mailer.impl.DefaultMailService"
SET_BY_AEM = frozenset({PROXY_HOST_VARIABLE, "AEM_HTTP_PROXY_PORT", "AEM_HTTPS_PROXY_PORT", "AEM_HTTP_PROXY_HOST"})
IGNORED_PREFIXES = ("INTERNAL_", "ADOBE_", "CONST_")
READ_BY = {"string": "env", "secretString": "secret"}


@dataclass(frozen=True)
class MailSettings:
    """What the mail service works with; `unset` names the placeholders of user and password that no variable fills."""

    host: str
    port: int
    ssl: bool
    require_tls: bool
    user: str | None
    password: str = field(repr=False)
    from_address: str
    unset: tuple[str, ...] = ()

    @property
    def resolved(self) -> Resolved:
        return Resolved(self.host, self.port, self.ssl, self.user)


def read_settings(request: SendRequest) -> MailSettings:
    """Return the settings; raises StageFailure at `config` or, for a secret that is only known by fingerprint, `variables`."""
    raw = _raw_properties(request)
    variables = _visible(request.variables, request.tier)
    properties = _resolve(raw, variables, proxy_is_set=request.networking is not None)
    if _flag(properties, "oauth.flow"):
        raise StageFailure("config", "oauth.flow is true; this stand-in of AEM logs in with user and password only")
    return MailSettings(
        host=_host(properties),
        port=_port(properties),
        ssl=_flag(properties, "smtp.ssl"),
        require_tls=_flag(properties, "smtp.requiretls"),
        user=_text(properties, "smtp.user") or None,
        password=_text(properties, "smtp.password"),
        from_address=_from_address(properties),
        unset=tuple(_unset(raw, variables, request)),
    )


def _raw_properties(request: SendRequest) -> Properties:
    if MAIL_SERVICE_PID in request.configuration:
        try:
            return convert_document(request.configuration[MAIL_SERVICE_PID])
        except OsgiError as error:
            raise StageFailure("config", f"{MAIL_SERVICE_PID}: {error}") from None
    hint = f"; {MISTAKEN_PID} is not its PID" if MISTAKEN_PID in request.configuration else ""
    raise StageFailure("config", f"AEM has no configuration for {MAIL_SERVICE_PID}{hint}")


def _visible(variables: Sequence[Variable], tier: str) -> dict[str, Variable]:
    """Return the variables that the tier sees by name; one for the tier alone beats one for all."""
    seen: dict[str, Variable] = {}
    for variable in sorted(variables, key=lambda each: each.service is not None):
        ignored = variable.name in SET_BY_AEM or variable.name.startswith(IGNORED_PREFIXES)
        if variable.service in (None, tier) and not ignored:
            seen[variable.name] = variable
    return seen


def _resolve(raw: Properties, variables: Mapping[str, Variable], *, proxy_is_set: bool) -> Properties:
    values = {name: each.value for name, each in variables.items() if each.value is not None}
    strings = {name: value for name, value in values.items() if variables[name].type == "string"}
    secrets = {name: value for name, value in values.items() if variables[name].type == "secretString"}
    known = variables_lookup(strings | ({PROXY_HOST_VARIABLE: PROXY_HOST} if proxy_is_set else {}), secrets)

    def lookup(kind: str, name: str) -> str | None:
        variable = variables.get(name)
        if variable is not None and variable.value is None and READ_BY[variable.type] == kind:
            raise StageFailure("variables", f"the value of {name} is not held, only its fingerprint: set the secret once more")
        return known(kind, name)

    try:
        return resolve_properties(raw, lookup)
    except OsgiError as error:
        raise StageFailure("config", f"{MAIL_SERVICE_PID}: {error}") from None


def _host(properties: Properties) -> str:
    host = _text(properties, "smtp.host")
    if not host:
        raise StageFailure("config", "smtp.host is empty, so the mail service is off")
    return host


def _port(properties: Properties) -> int:
    text = _text(properties, "smtp.port") or str(DEFAULT_PORT)
    port = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    if not 1 <= port <= 65535:
        raise StageFailure("config", f"smtp.port is {text!r}, which is no port number")
    return port


def _from_address(properties: Properties) -> str:
    address = _text(properties, "from.address")
    if not address:
        raise StageFailure("config", "from.address is empty; AEM sends nothing without it")
    if "@" not in parseaddr(address)[1] or not address.isprintable():
        raise StageFailure("config", f"from.address is {address!r}, which is no e-mail address")
    return address


def _text(properties: Properties, key: str) -> str:
    return as_text(properties[key]) if key in properties else ""


def _flag(properties: Mapping[str, Any], key: str) -> bool:
    value = properties.get(key, False)
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def _unset(raw: Properties, variables: Mapping[str, Variable], request: SendRequest) -> list[str]:
    found = []
    for key in ("smtp.user", "smtp.password"):
        for placeholder in find_placeholders(_text(raw, key)):
            variable = variables.get(placeholder.name)
            if placeholder.kind in READ_BY.values() and (variable is None or READ_BY[variable.type] != placeholder.kind):
                found.append(f"{key} reads $[{placeholder.kind}:{placeholder.name}], {_why_unset(placeholder, variable, request)}")
    return found


def _why_unset(placeholder: Placeholder, variable: Variable | None, request: SendRequest) -> str:
    if variable is not None:
        return f"but {variable.name} is of type {variable.type}, which only $[{READ_BY[variable.type]}:…] reads"
    elsewhere = sorted(each.service or "all" for each in request.variables if each.name == placeholder.name)
    return f"which is set for {', '.join(elsewhere)} and not for {request.tier}" if elsewhere else "which is not set"
