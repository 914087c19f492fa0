"""Arguments as dictionaries, for type checkers and editors. Made of the classes of arguments: `make docs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

import pulumi

from aem_mail.model import ConflictPolicy, EgressMode, Kind, Service
from aem_mail.presets import SmtpPreset
from aem_mail.resources.base.either import Either

if TYPE_CHECKING:
    from aem_mail.mail_egress.arguments import Egress, Former, OAuth, Osgi, Smtp


class FormerDict(TypedDict):
    """Former as a dictionary."""

    host: NotRequired[pulumi.Input[str] | None]
    """The former mail server."""
    port: NotRequired[pulumi.Input[int] | None]
    """Its port."""
    port_orig: NotRequired[pulumi.Input[int] | None]
    """The former rule's port on AEM's proxy; default: 30000 + ``port`` where that lies in 30000 to 30999."""
    secrets: NotRequired[Sequence[str] | None]
    """Names of variables that only the deployed configuration reads: they are kept with the values that they have. A plain value."""


class SmtpDict(TypedDict):
    """Smtp as a dictionary."""

    host: NotRequired[pulumi.Input[str] | None]
    """Its host name, or IPv4 address."""
    port: NotRequired[pulumi.Input[int] | None]
    """Its port: 465 has TLS from the first byte, 587 begins it with STARTTLS."""
    port_orig: NotRequired[pulumi.Input[int] | None]
    """The port on AEM's proxy, 30000 to 30999; default: 30000 + ``port`` where that lies in the range."""
    preset: NotRequired[Either[SmtpPreset, str] | None]
    """A mail server of docs/presets.md, such as ``"sendgrid"``, which gives what is left out. A plain value, since it may add a user."""
    former: NotRequired[Either[Former, FormerDict] | None]
    """What another host or port has replaced, and what is kept until the new configuration is deployed."""


class EgressDict(TypedDict):
    """Egress as a dictionary."""

    mode: Either[EgressMode, str]
    """``"managed"`` creates or adopts the program's network infrastructure; ``"existing"`` requires one. A plain value."""
    kind: NotRequired[pulumi.Input[Either[Kind, str]] | None]
    """``"flexiblePortEgress"``, ``"dedicatedEgressIp"`` or ``"vpn"``: needed when managed, checked when existing."""
    region: NotRequired[pulumi.Input[str] | None]
    """One of the program's regions, such as ``"va7"``: needed when managed, checked when existing."""
    is_primary_region: NotRequired[pulumi.Input[bool] | None]
    """Managed only: whether it is the program's primary one; default: whether ``region`` is that of the production environment."""
    address_space: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]] | None]
    """For a managed VPN only: a list of one IPv4 range, /26 or larger, such as ``["10.0.0.0/26"]``."""
    dns: NotRequired[pulumi.Input[Mapping[str, Any]] | None]
    """For a managed VPN only: ``{"resolvers": […], "domains": […]}``."""
    connections: NotRequired[pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]]] | None]
    """For a managed VPN only: its connections, shared keys included, in the API's own field names; always a secret."""
    allow_replace: NotRequired[pulumi.Input[bool]]
    """Managed only: whether it may be deleted and created again where kind, region or address space change; default: False."""
    non_proxy_hosts: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]] | None]
    """Hosts reached past the proxy, such as ``*.example.com``: the whole list, ``[]`` for none; default: left to others."""
    requires_fixed_ip: NotRequired[pulumi.Input[bool]]
    """Whether the mail server takes mail from known addresses only, by which the check M19 judges; default: False."""
    expected_connections: NotRequired[pulumi.Input[int] | None]
    """How many connections one AEM instance will have open at a time, to all hosts together, by which the check M30 judges."""


class OsgiDict(TypedDict):
    """Osgi as a dictionary."""

    directory: pulumi.Input[str]
    """The AEM project's ``osgiconfig`` folder, absolute or relative to the folder of Pulumi.yaml."""
    run_mode: NotRequired[pulumi.Input[str] | None]
    """Run modes that it is for, such as ``"dev"`` or ``"author.prod"``; default: all, in the folder ``config``."""


class OAuthDict(TypedDict):
    """OAuth as a dictionary."""

    client_id: pulumi.Input[str]
    """The client id of the registered application."""
    provider: NotRequired[pulumi.Input[Either[SmtpPreset, str]] | None]
    """Who grants tokens: ``"microsoft365"`` or ``"google"``; default: the mail server's provider, where it is known."""
    tenant: NotRequired[pulumi.Input[str] | None]
    """Microsoft's directory (tenant) id, which Microsoft 365 needs."""
    client_secret: NotRequired[pulumi.Input[str] | None]
    """The application's secret; always a secret."""
    client_secret_from: NotRequired[pulumi.Input[str] | None]
    """Where the application's secret is read: ``"env:NAME"`` or ``"file:PATH"``."""
    refresh_token: NotRequired[pulumi.Input[str] | None]
    """The refresh token; always a secret."""
    refresh_token_from: NotRequired[pulumi.Input[str] | None]
    """Where the refresh token is read: ``"env:NAME"`` or ``"file:PATH"``."""
    scopes: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]] | None]
    """The scopes to ask for; default: those of the provider."""
    auth_url: NotRequired[pulumi.Input[str] | None]
    """The address where a user signs in; default: the provider's."""
    token_url: NotRequired[pulumi.Input[str] | None]
    """The address where tokens are got; default: the provider's."""
    refresh_url: NotRequired[pulumi.Input[str] | None]
    """The address where tokens are renewed; default: ``token_url``."""
    client_secret_variable: NotRequired[pulumi.Input[str]]
    """The name of the variable with the application's secret; default: ``"SECRET_SMTP_OAUTH_CLIENT_SECRET"``."""
    refresh_token_variable: NotRequired[pulumi.Input[str]]
    """The name of the variable with the refresh token; default: ``"SECRET_SMTP_OAUTH_REFRESH_TOKEN"``."""
    client_secret_expires_at: NotRequired[pulumi.Input[str] | None]
    """The date when the application's secret ends, such as ``"2027-06-30"``, of which the check M16 warns."""
    refresh_token_expires_at: NotRequired[pulumi.Input[str] | None]
    """The date when the refresh token ends, such as ``"2027-06-30"``, of which the check M16 warns."""


class MailEgressArgsDict(TypedDict):
    """MailEgressArgs as a dictionary."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    smtp: Either[Smtp, SmtpDict]
    """The mail server."""
    from_address: pulumi.Input[str]
    """The sender: a plain e-mail address, such as ``"noreply@example.com"``."""
    username: NotRequired[pulumi.Input[str] | None]
    """The mail server's user, by value."""
    password: NotRequired[pulumi.Input[str] | None]
    """The mail server's password, by value; always a secret."""
    username_from: NotRequired[pulumi.Input[str] | None]
    """Where the user is read when it is needed, and never stored: ``"env:NAME"`` or ``"file:PATH"``."""
    password_from: NotRequired[pulumi.Input[str] | None]
    """Where the password is read when it is needed, and never stored: ``"env:NAME"`` or ``"file:PATH"``."""
    egress: NotRequired[Either[Egress, EgressDict]]
    """How traffic leaves; default: ``Egress("existing")``."""
    services: NotRequired[Sequence[Either[Service, str]] | None]
    """``"author"``, ``"publish"``, ``"preview"``: one pair of variables for each; default: one pair for all. A plain value."""
    osgi: NotRequired[Either[Osgi, OsgiDict] | None]
    """Where the OSGi configuration is written; default: nowhere, and the output ``osgi_config`` shows what belongs there."""
    username_variable: NotRequired[pulumi.Input[str]]
    """The name of the variable with the user; default: ``"EMAIL_USERNAME"``."""
    password_variable: NotRequired[pulumi.Input[str]]
    """The name of the variable with the password; default: ``"EMAIL_PASSWORD"``."""
    on_conflict: NotRequired[Mapping[str, pulumi.Input[Either[ConflictPolicy, str]]] | None]
    """What to do where something else is there, by kind: ``"portForward"``, ``"secretEnvVar"``, ``"osgiConfig"``; default: ``"error"``."""
    timeouts: NotRequired[Mapping[str, pulumi.Input[float]] | None]
    """Seconds to wait: ``{"environment": 1800, "infrastructure": 5400}``, which are the defaults."""
    oauth: NotRequired[Either[OAuth, OAuthDict] | None]
    """A token instead of the password (OAuth 2.0)."""
    allow_placeholder: NotRequired[pulumi.Input[bool] | None]
    """Whether a secret is taken that only looks like one, as ``****`` or an unfilled ``${NAME}``; default: it is refused."""
