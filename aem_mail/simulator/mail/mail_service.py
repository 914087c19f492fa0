"""AEM's *Day CQ Mail Service* before it connects: its configuration as the tier resolves it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from aem_mail.osgi import (
    MAIL_SERVICE_PID,
    OAUTH_PID,
    OsgiError,
    Placeholder,
    Properties,
    convert_document,
    find_placeholders,
    resolve_properties,
    variables_lookup,
)
from aem_mail.osgi.values import as_text
from aem_mail.simulator.doubts import long_secrets, unknown_keys
from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.mail.model import Resolved, SendRequest
from aem_mail.simulator.mail.oauth_settings import OAuthSettings, read_oauth_settings
from aem_mail.simulator.state.values import SET_BY_AEM, Variable

PROXY_HOST = "proxy.tunnel"
PROXY_HOST_VARIABLE = "AEM_PROXY_HOST"
DEFAULT_PORT = 25
MISTAKEN_PID = "com.day.cq.mailer.impl.DefaultMailService"
IGNORED_PREFIXES = ("INTERNAL_", "ADOBE_", "CONST_")
READ_BY = {"string": "env", "secretString": "secret"}
LOGIN = ("smtp.user", "smtp.password")


@dataclass(frozen=True)
class MailSettings:
    """What the mail service works with; `unset` names the placeholders of user and password that no variable fills.

    With `oauth` AEM logs in with a token, and the password is of no use.
    """

    host: str
    port: int
    ssl: bool
    require_tls: bool
    user: str | None
    password: str = field(repr=False)
    from_address: str
    unset: tuple[str, ...] = ()
    oauth: OAuthSettings | None = None

    @property
    def resolved(self) -> Resolved:
        return Resolved(self.host, self.port, self.ssl, self.user)


def read_settings(request: SendRequest) -> MailSettings:
    """Return the settings; raises StageFailure at `config` or, for a secret that is only known by fingerprint, `variables`."""
    raw = _raw_properties(request, MAIL_SERVICE_PID)
    if raw is None:
        hint = f"; {MISTAKEN_PID} is not its PID" if MISTAKEN_PID in request.configuration else ""
        raise StageFailure("config", f"AEM has no configuration for {MAIL_SERVICE_PID}{hint}")
    variables = _visible(request.variables, request.tier)
    properties = _resolve(raw, variables, MAIL_SERVICE_PID, proxy_is_set=request.networking is not None)
    return MailSettings(
        host=_host(properties),
        port=_port(properties),
        ssl=_flag(properties, "smtp.ssl"),
        require_tls=_flag(properties, "smtp.requiretls"),
        user=_text(properties, "smtp.user") or None,
        password=_text(properties, "smtp.password"),
        from_address=_from_address(properties),
        unset=_unset(raw, variables, request, LOGIN),
        oauth=_oauth(request, variables) if _flag(properties, "oauth.flow") else None,
    )


def doubts(request: SendRequest) -> tuple[str, ...]:
    """Return what is let pass of the configuration and of the variables that the tier sees."""
    secrets = long_secrets(_visible(request.variables, request.tier).values())
    return unknown_keys(MAIL_SERVICE_PID, _raw_properties(request, MAIL_SERVICE_PID) or ()) + secrets


def _oauth(request: SendRequest, variables: Mapping[str, Variable]) -> OAuthSettings:
    raw = _raw_properties(request, OAUTH_PID)
    if raw is None:
        raise StageFailure("config", f"oauth.flow is true, and AEM has no configuration for {OAUTH_PID} to get a token with")
    properties = _resolve(raw, variables, OAUTH_PID, proxy_is_set=request.networking is not None)
    return read_oauth_settings(properties, lambda keys: _unset(raw, variables, request, keys))


def _raw_properties(request: SendRequest, pid: str) -> Properties | None:
    if pid not in request.configuration:
        return None
    try:
        return convert_document(request.configuration[pid])
    except OsgiError as error:
        raise StageFailure("config", f"{pid}: {error}") from None


def _visible(variables: Sequence[Variable], tier: str) -> dict[str, Variable]:
    """Return the variables that the tier sees by name; one for the tier alone beats one for all."""
    seen: dict[str, Variable] = {}
    for variable in sorted(variables, key=lambda each: each.service is not None):
        ignored = SET_BY_AEM.fullmatch(variable.name) or variable.name.startswith(IGNORED_PREFIXES)
        if variable.service in (None, tier) and not ignored:
            seen[variable.name] = variable
    return seen


def _resolve(raw: Properties, variables: Mapping[str, Variable], pid: str, *, proxy_is_set: bool) -> Properties:
    values = {name: each.text for name, each in variables.items() if each.text is not None}
    strings = {name: value for name, value in values.items() if variables[name].type == "string"}
    secrets = {name: value for name, value in values.items() if variables[name].type == "secretString"}
    known = variables_lookup(strings | ({PROXY_HOST_VARIABLE: PROXY_HOST} if proxy_is_set else {}), secrets)

    def lookup(kind: str, name: str) -> str | None:
        variable = variables.get(name)
        if variable is not None and variable.text is None and READ_BY[variable.type] == kind:
            raise StageFailure("variables", f"the value of {name} is not held, only its fingerprint: set the secret again")
        return known(kind, name)

    try:
        return resolve_properties(raw, lookup)
    except OsgiError as error:
        raise StageFailure("config", f"{pid}: {error}") from None


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


def _unset(raw: Properties, variables: Mapping[str, Variable], request: SendRequest, keys: Sequence[str]) -> tuple[str, ...]:
    found = []
    for key in keys:
        for placeholder in find_placeholders(_text(raw, key)):
            variable = variables.get(placeholder.name)
            if placeholder.kind in READ_BY.values() and (variable is None or READ_BY[variable.type] != placeholder.kind):
                found.append(f"{key} reads $[{placeholder.kind}:{placeholder.name}], {_why_unset(placeholder, variable, request)}")
    return tuple(found)


def _why_unset(placeholder: Placeholder, variable: Variable | None, request: SendRequest) -> str:
    if variable is not None:
        return f"but {variable.name} is of type {variable.type}, which only $[{READ_BY[variable.type]}:…] reads"
    elsewhere = sorted(each.service or "all" for each in request.variables if each.name == placeholder.name)
    return f"which is set for {', '.join(elsewhere)} and not for {request.tier}" if elsewhere else "which is not set"
