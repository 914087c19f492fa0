"""The arguments of a MailEgress."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

import pulumi

from aem_mail.kinds.forms import plain
from aem_mail.kinds.mail_secrets import DEFAULT_VARIABLES
from aem_mail.model import UNKNOWN, ConflictPolicy, EgressMode, Kind, Service
from aem_mail.presets import SmtpPreset
from aem_mail.resources.base.either import Either
from aem_mail.resources.base.engine_values import settled

if TYPE_CHECKING:
    from aem_mail.mail_egress.dictionaries import EgressDict, FormerDict, OAuthDict, OsgiDict, SmtpDict


@dataclass
class Former:
    """What the configuration that is deployed by now uses, and what is kept until the new one is: a rule, and secrets by their names."""

    host: pulumi.Input[str] | None = None
    """The former mail server."""
    port: pulumi.Input[int] | None = None
    """Its port."""
    port_orig: pulumi.Input[int] | None = None
    """The former rule's port on AEM's proxy; default: 30000 + ``port`` where that lies in 30000 to 30999."""
    secrets: Sequence[str] | None = None
    """Names of variables that only the deployed configuration reads: they are kept with the values that they have. A plain value."""


@dataclass
class Smtp:
    """The mail server. Without a ``preset``, ``host`` and ``port`` are needed; what is given besides one wins."""

    host: pulumi.Input[str] | None = None
    """Its host name, or IPv4 address."""
    port: pulumi.Input[int] | None = None
    """Its port: 465 has TLS from the first byte, 587 begins it with STARTTLS."""
    port_orig: pulumi.Input[int] | None = None
    """The port on AEM's proxy, 30000 to 30999; default: 30000 + ``port`` where that lies in the range."""
    preset: Either[SmtpPreset, str] | None = None
    """A mail server of docs/presets.md, such as ``"sendgrid"``, which gives what is left out. A plain value, since it may add a user."""
    former: Either[Former, "FormerDict"] | None = None
    """What another host or port has replaced, and what is kept until the new configuration is deployed."""


@dataclass
class Egress:
    """How the program's traffic leaves."""

    mode: Either[EgressMode, str]
    """``"managed"`` creates or adopts the program's network infrastructure; ``"existing"`` requires one. A plain value."""
    kind: pulumi.Input[Either[Kind, str]] | None = None
    """``"flexiblePortEgress"``, ``"dedicatedEgressIp"`` or ``"vpn"``: needed when managed, checked when existing."""
    region: pulumi.Input[str] | None = None
    """One of the program's regions, such as ``"va7"``: needed when managed, checked when existing."""
    is_primary_region: pulumi.Input[bool] | None = None
    """Managed only: whether it is the program's primary one; default: whether ``region`` is that of the production environment."""
    address_space: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None
    """For a managed VPN only: a list of one IPv4 range, /26 or larger, such as ``["10.0.0.0/26"]``."""
    dns: pulumi.Input[Mapping[str, Any]] | None = None
    """For a managed VPN only: ``{"resolvers": […], "domains": […]}``."""
    connections: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]]] | None = field(default=None, repr=False)
    """For a managed VPN only: its connections, shared keys included, in the API's own field names; always a secret."""
    allow_replace: pulumi.Input[bool] = False
    """Managed only: whether it may be deleted and created again where kind, region or address space change; default: False."""
    non_proxy_hosts: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None
    """Hosts reached past the proxy, such as ``*.example.com``: the whole list, ``[]`` for none; default: left to others."""
    requires_fixed_ip: pulumi.Input[bool] = False
    """Whether the mail server takes mail from known addresses only, by which the check M19 judges; default: False."""
    expected_connections: pulumi.Input[int] | None = None
    """How many connections one AEM instance will have open at a time, to all hosts together, by which the check M30 judges."""


@dataclass
class Osgi:
    """Where the OSGi configuration is written."""

    directory: pulumi.Input[str]
    """The AEM project's ``osgiconfig`` folder, absolute or relative to the folder of Pulumi.yaml."""
    run_mode: pulumi.Input[str] | None = None
    """Run modes that it is for, such as ``"dev"`` or ``"author.prod"``; default: all, in the folder ``config``."""


@dataclass
class OAuth:
    """A token instead of a password: AEM gets it with a refresh token, as a registered application (OAuth 2.0).

    Exactly one of ``client_secret`` and ``client_secret_from``, and of ``refresh_token`` and ``refresh_token_from``.
    """

    client_id: pulumi.Input[str]
    """The client id of the registered application."""
    provider: pulumi.Input[Either[SmtpPreset, str]] | None = None
    """Who grants tokens: ``"microsoft365"`` or ``"google"``; default: the mail server's provider, where it is known."""
    tenant: pulumi.Input[str] | None = None
    """Microsoft's directory (tenant) id, which Microsoft 365 needs."""
    client_secret: pulumi.Input[str] | None = field(default=None, repr=False)
    """The application's secret; always a secret."""
    client_secret_from: pulumi.Input[str] | None = None
    """Where the application's secret is read: ``"env:NAME"`` or ``"file:PATH"``."""
    refresh_token: pulumi.Input[str] | None = field(default=None, repr=False)
    """The refresh token; always a secret."""
    refresh_token_from: pulumi.Input[str] | None = None
    """Where the refresh token is read: ``"env:NAME"`` or ``"file:PATH"``."""
    scopes: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None
    """The scopes to ask for; default: those of the provider."""
    auth_url: pulumi.Input[str] | None = None
    """The address where a user signs in; default: the provider's."""
    token_url: pulumi.Input[str] | None = None
    """The address where tokens are got; default: the provider's."""
    refresh_url: pulumi.Input[str] | None = None
    """The address where tokens are renewed; default: ``token_url``."""
    client_secret_variable: pulumi.Input[str] = DEFAULT_VARIABLES["client_secret"]
    """The name of the variable with the application's secret; default: ``"SECRET_SMTP_OAUTH_CLIENT_SECRET"``."""
    refresh_token_variable: pulumi.Input[str] = DEFAULT_VARIABLES["refresh_token"]
    """The name of the variable with the refresh token; default: ``"SECRET_SMTP_OAUTH_REFRESH_TOKEN"``."""
    client_secret_expires_at: pulumi.Input[str] | None = None
    """The date when the application's secret ends, such as ``"2027-06-30"``, of which the check M16 warns."""
    refresh_token_expires_at: pulumi.Input[str] | None = None
    """The date when the refresh token ends, such as ``"2027-06-30"``, of which the check M16 warns."""


@dataclass
class MailEgressArgs:
    """Arguments of a MailEgress.

    Exactly one of ``username`` and ``username_from``, and of ``password`` and ``password_from``; with ``oauth`` no password is needed.
    Objects may be given as dictionaries. Every argument may be an output, except for those that decide which resources there are:
    ``services``, ``smtp.preset``, the ``secrets`` of ``smtp.former``, ``egress.mode``, and the objects and mappings themselves, whose
    values may be.
    """

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    smtp: Either[Smtp, "SmtpDict"]
    """The mail server."""
    from_address: pulumi.Input[str]
    """The sender: a plain e-mail address, such as ``"noreply@example.com"``."""
    username: pulumi.Input[str] | None = field(default=None, repr=False)
    """The mail server's user, by value."""
    password: pulumi.Input[str] | None = field(default=None, repr=False)
    """The mail server's password, by value; always a secret."""
    username_from: pulumi.Input[str] | None = None
    """Where the user is read when it is needed, and never stored: ``"env:NAME"`` or ``"file:PATH"``."""
    password_from: pulumi.Input[str] | None = None
    """Where the password is read when it is needed, and never stored: ``"env:NAME"`` or ``"file:PATH"``."""
    egress: Either[Egress, "EgressDict"] = field(default_factory=lambda: Egress(EgressMode.EXISTING), repr=False)
    """How traffic leaves; default: ``Egress("existing")``."""
    services: Sequence[Either[Service, str]] | None = None
    """``"author"``, ``"publish"``, ``"preview"``: one pair of variables for each; default: one pair for all. A plain value."""
    osgi: Either[Osgi, "OsgiDict"] | None = None
    """Where the OSGi configuration is written; default: nowhere, and the output ``osgi_config`` shows what belongs there."""
    username_variable: pulumi.Input[str] = DEFAULT_VARIABLES["username"]
    """The name of the variable with the user; default: ``"EMAIL_USERNAME"``."""
    password_variable: pulumi.Input[str] = DEFAULT_VARIABLES["password"]
    """The name of the variable with the password; default: ``"EMAIL_PASSWORD"``."""
    on_conflict: Mapping[str, pulumi.Input[Either[ConflictPolicy, str]]] | None = None
    """What to do where something else is there, by kind: ``"portForward"``, ``"secretEnvVar"``, ``"osgiConfig"``; default: ``"error"``."""
    timeouts: Mapping[str, pulumi.Input[float]] | None = None
    """Seconds to wait: ``{"environment": 1800, "infrastructure": 5400}``, which are the defaults."""
    oauth: Either[OAuth, "OAuthDict"] | None = field(default=None, repr=False)
    """A token instead of the password (OAuth 2.0)."""
    allow_placeholder: pulumi.Input[bool] | None = None
    """Whether a secret is taken that only looks like one, as ``****`` or an unfilled ``${NAME}``; default: it is refused."""


HOLDING: Final = ("smtp", "smtp.former", "egress", "osgi", "oauth", "on_conflict", "timeouts")
"""The arguments that hold others."""
DECIDING: Final = ("services", "smtp.preset", "smtp.former.secrets", "egress.mode")
"""The arguments that decide which resources there are."""


PARTS: Final[Mapping[str, type[Any]]] = {"smtp": Smtp, "former": Former, "egress": Egress, "osgi": Osgi, "oauth": OAuth}
"""The arguments that are objects with arguments of their own, and may be dictionaries instead."""


def given(value: Any, part: type[Any] | None = None) -> Any:
    """Return plain data of arguments, without those that are None; what is to come, of other resources or awaited, is an output.

    A dictionary in the place of a ``part`` gets the defaults of that; the rules refuse what else it has.
    """
    if isinstance(value, MailEgressArgs | Smtp | Former | Egress | Osgi | OAuth):
        value, part = {field.name: getattr(value, field.name) for field in fields(value)}, type(value)
    if part is None or not isinstance(value, Mapping):
        return settled(value)
    defaults = {field.name: field.default for field in fields(part) if field.default is not MISSING}
    return {name: given(item, PARTS.get(name)) for name, item in {**defaults, **value}.items() if item is not None}


async def resolved(value: Any) -> Any:
    """Return data with UNKNOWN as `known` does, once outputs are known; what is a secret, or known to `pulumi up` alone, stays UNKNOWN."""
    if isinstance(value, Mapping):
        return {name: await resolved(item) for name, item in value.items()}
    if isinstance(value, list):
        return [await resolved(item) for item in value]
    if not isinstance(value, pulumi.Output):
        return value
    # What fails is reported where the value is used.
    with suppress(Exception):
        if await value.is_known() and not await value.is_secret():
            return plain(await value.future())
    return UNKNOWN
