"""The arguments of a MailEgress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from aem_mail.kinds.mail_secrets import DEFAULT_VARIABLES
from aem_mail.model import UNKNOWN


@dataclass
class Smtp:
    """The mail server; ``port_orig`` defaults to 30000 + ``port`` where that lies in 30000–30999.

    A ``preset`` of docs/presets.md, such as "sendgrid", gives the port and, where they are the same for everybody, host and user; what
    is given besides it wins. Without one, host and port are needed.
    """

    host: pulumi.Input[str] | None = None
    port: pulumi.Input[int] | None = None
    port_orig: pulumi.Input[int] | None = None
    preset: str | None = None


@dataclass
class Egress:
    """How the program's traffic leaves.

    ``mode`` "managed" creates or adopts the program's network infrastructure and needs ``kind`` and ``region``;
    "existing" requires one and never touches it; where ``kind`` and ``region`` are given, they must match. The other fields
    are those of NetworkInfrastructureArgs; ``non_proxy_hosts`` is that of AdvancedNetworkingArgs.

    ``requires_fixed_ip`` says that the mail server takes mail from known addresses only, ``expected_connections`` how many
    connections one AEM instance will have open at a time, to all hosts together. Both change nothing: the checks M19 and M30 judge by them.
    """

    mode: str
    kind: str | None = None
    region: str | None = None
    is_primary_region: bool | None = None
    address_space: Sequence[str] | None = None
    dns: Mapping[str, Any] | None = None
    connections: pulumi.Input[Sequence[Mapping[str, Any]]] | None = field(default=None, repr=False)
    allow_replace: bool = False
    non_proxy_hosts: Sequence[str] | None = None
    requires_fixed_ip: bool = False
    expected_connections: int | None = None


@dataclass
class Osgi:
    """Where the OSGi configuration is written: the ``osgiconfig`` folder, and a run mode (None: the folder ``config``)."""

    directory: str
    run_mode: str | None = None


@dataclass
class OAuth:
    """A token instead of a password: AEM gets it with a refresh token, as the application ``client_id`` (OAuth 2.0).

    ``provider`` ("microsoft365", "google"; None: the mail server's own, where it is known) gives the addresses and the scopes, of which
    each may be given instead; ``refresh_url`` defaults to ``token_url``. Microsoft 365 needs ``tenant``, the directory (tenant) id.
    Exactly one of ``client_secret`` and ``client_secret_from``, and of ``refresh_token`` and ``refresh_token_from`` (references as in
    SecretEnvVarArgs); ``…_expires_at`` are dates, of which the checks warn.
    """

    client_id: pulumi.Input[str]
    provider: str | None = None
    tenant: pulumi.Input[str] | None = None
    client_secret: pulumi.Input[str] | None = field(default=None, repr=False)
    client_secret_from: str | None = None
    refresh_token: pulumi.Input[str] | None = field(default=None, repr=False)
    refresh_token_from: str | None = None
    scopes: Sequence[str] | None = None
    auth_url: pulumi.Input[str] | None = None
    token_url: pulumi.Input[str] | None = None
    refresh_url: pulumi.Input[str] | None = None
    client_secret_variable: str = DEFAULT_VARIABLES["client_secret"]
    refresh_token_variable: str = DEFAULT_VARIABLES["refresh_token"]
    client_secret_expires_at: str | None = None
    refresh_token_expires_at: str | None = None


@dataclass
class MailEgressArgs:
    """Arguments of a MailEgress.

    Exactly one of ``username`` and ``username_from``, and of ``password`` and ``password_from`` (references as in
    SecretEnvVarArgs); with ``oauth`` no password is needed. ``services`` is a list of "author", "publish", "preview": one variable
    each; None: one for all. ``on_conflict`` maps a kind ("portForward", "secretEnvVar", "osgiConfig") to its policy; ``timeouts``
    are ``environment`` and ``infrastructure`` in seconds. A secret that is a mask or an unfilled variable is refused unless
    ``allow_placeholder`` is set.
    """

    program_id: pulumi.Input[str]
    environment_id: pulumi.Input[str]
    smtp: Smtp
    from_address: pulumi.Input[str]
    username: pulumi.Input[str] | None = field(default=None, repr=False)
    password: pulumi.Input[str] | None = field(default=None, repr=False)
    username_from: str | None = None
    password_from: str | None = None
    egress: Egress = field(default_factory=lambda: Egress("existing"))
    services: Sequence[str] | None = None
    osgi: Osgi | None = None
    username_variable: str = DEFAULT_VARIABLES["username"]
    password_variable: str = DEFAULT_VARIABLES["password"]
    on_conflict: Mapping[str, str] | None = None
    timeouts: Mapping[str, float] | None = None
    oauth: OAuth | None = None
    allow_placeholder: bool | None = None


def given(value: Any) -> Any:
    """Return plain data of arguments, without those that are None; outputs of other resources stay what they are."""
    if isinstance(value, MailEgressArgs | Smtp | Egress | Osgi | OAuth):
        return {name: given(getattr(value, name)) for name in value.__dataclass_fields__ if getattr(value, name) is not None}
    if isinstance(value, Mapping):
        return {name: given(item) for name, item in value.items()}
    return [given(item) for item in value] if isinstance(value, list | tuple) else value


def known(value: Any) -> Any:
    """Return data with UNKNOWN for what only `pulumi up` will know."""
    if isinstance(value, Mapping):
        return {name: known(item) for name, item in value.items()}
    if isinstance(value, list):
        return [known(item) for item in value]
    return UNKNOWN if isinstance(value, pulumi.Output) else value
