"""The arguments of a MailEgress."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi

from aem_mail.kinds.mail_secrets import DEFAULT_VARIABLES
from aem_mail.model import UNKNOWN
from aem_mail.resources.base.engine_values import settled


@dataclass
class Former:
    """What the configuration that is deployed by now uses, and what is kept until the new one is: a rule, and secrets by their names.

    ``port_orig`` defaults as that of Smtp.
    """

    host: pulumi.Input[str] | None = None
    port: pulumi.Input[int] | None = None
    port_orig: pulumi.Input[int] | None = None
    secrets: Sequence[str] | None = None


@dataclass
class Smtp:
    """The mail server; ``port_orig`` defaults to 30000 + ``port`` where that lies in 30000–30999.

    A ``preset`` of docs/presets.md, such as "sendgrid", gives the port and, where they are the same for everybody, host and user; what
    is given besides it wins. Without one, host and port are needed. The preset is a plain value, since it may add a user. ``former``
    keeps what another host or port has replaced, until the new configuration is deployed.
    """

    host: pulumi.Input[str] | None = None
    port: pulumi.Input[int] | None = None
    port_orig: pulumi.Input[int] | None = None
    preset: str | None = None
    former: Former | None = None


@dataclass
class Egress:
    """How the program's traffic leaves.

    ``mode`` "managed" creates or adopts the program's network infrastructure and needs ``kind`` and ``region``;
    "existing" requires one and never touches it; where ``kind`` and ``region`` are given, they must match. The other fields
    are those of NetworkInfrastructureArgs; ``non_proxy_hosts`` is that of AdvancedNetworkingArgs. The mode is a plain value.

    ``requires_fixed_ip`` says that the mail server takes mail from known addresses only, ``expected_connections`` how many
    connections one AEM instance will have open at a time, to all hosts together. Both change nothing: the checks M19 and M30 judge by them.
    """

    mode: str
    kind: pulumi.Input[str] | None = None
    region: pulumi.Input[str] | None = None
    is_primary_region: pulumi.Input[bool] | None = None
    address_space: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None
    dns: pulumi.Input[Mapping[str, Any]] | None = None
    connections: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]]] | None = field(default=None, repr=False)
    allow_replace: pulumi.Input[bool] = False
    non_proxy_hosts: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None
    requires_fixed_ip: pulumi.Input[bool] = False
    expected_connections: pulumi.Input[int] | None = None


@dataclass
class Osgi:
    """Where the OSGi configuration is written: the ``osgiconfig`` folder, and a run mode (None: the folder ``config``)."""

    directory: pulumi.Input[str]
    run_mode: pulumi.Input[str] | None = None


@dataclass
class OAuth:
    """A token instead of a password: AEM gets it with a refresh token, as the application ``client_id`` (OAuth 2.0).

    ``provider`` ("microsoft365", "google"; None: the mail server's own, where it is known) gives the addresses and the scopes, of which
    each may be given instead; ``refresh_url`` defaults to ``token_url``. Microsoft 365 needs ``tenant``, the directory (tenant) id.
    Exactly one of ``client_secret`` and ``client_secret_from``, and of ``refresh_token`` and ``refresh_token_from`` (references as in
    SecretEnvVarArgs); ``…_expires_at`` are dates, of which the checks warn.
    """

    client_id: pulumi.Input[str]
    provider: pulumi.Input[str] | None = None
    tenant: pulumi.Input[str] | None = None
    client_secret: pulumi.Input[str] | None = field(default=None, repr=False)
    client_secret_from: pulumi.Input[str] | None = None
    refresh_token: pulumi.Input[str] | None = field(default=None, repr=False)
    refresh_token_from: pulumi.Input[str] | None = None
    scopes: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None
    auth_url: pulumi.Input[str] | None = None
    token_url: pulumi.Input[str] | None = None
    refresh_url: pulumi.Input[str] | None = None
    client_secret_variable: pulumi.Input[str] = DEFAULT_VARIABLES["client_secret"]
    refresh_token_variable: pulumi.Input[str] = DEFAULT_VARIABLES["refresh_token"]
    client_secret_expires_at: pulumi.Input[str] | None = None
    refresh_token_expires_at: pulumi.Input[str] | None = None


@dataclass
class MailEgressArgs:
    """Arguments of a MailEgress.

    Exactly one of ``username`` and ``username_from``, and of ``password`` and ``password_from`` (references as in
    SecretEnvVarArgs); with ``oauth`` no password is needed. ``services`` is a list of "author", "publish", "preview": one variable
    each; None: one for all. ``on_conflict`` maps a kind ("portForward", "secretEnvVar", "osgiConfig") to its policy; ``timeouts``
    are ``environment`` and ``infrastructure`` in seconds. A secret that is a mask or an unfilled variable is refused unless
    ``allow_placeholder`` is set.

    Every argument may be an output, except for those that decide which resources there are: ``services``, ``smtp.preset``, the
    ``secrets`` of ``smtp.former``,
    ``egress.mode``, and the objects and mappings themselves, whose values may be.
    """

    program_id: pulumi.Input[str]
    environment_id: pulumi.Input[str]
    smtp: Smtp
    from_address: pulumi.Input[str]
    username: pulumi.Input[str] | None = field(default=None, repr=False)
    password: pulumi.Input[str] | None = field(default=None, repr=False)
    username_from: pulumi.Input[str] | None = None
    password_from: pulumi.Input[str] | None = None
    egress: Egress = field(default_factory=lambda: Egress("existing"))
    services: Sequence[str] | None = None
    osgi: Osgi | None = None
    username_variable: pulumi.Input[str] = DEFAULT_VARIABLES["username"]
    password_variable: pulumi.Input[str] = DEFAULT_VARIABLES["password"]
    on_conflict: Mapping[str, pulumi.Input[str]] | None = None
    timeouts: Mapping[str, pulumi.Input[float]] | None = None
    oauth: OAuth | None = None
    allow_placeholder: pulumi.Input[bool] | None = None


HOLDING: Final = ("smtp", "smtp.former", "egress", "osgi", "oauth", "on_conflict", "timeouts")
"""The arguments that hold others."""
DECIDING: Final = ("services", "smtp.preset", "smtp.former.secrets", "egress.mode")
"""The arguments that decide which resources there are."""


def given(value: Any) -> Any:
    """Return plain data of arguments, without those that are None; what is to come, of other resources or awaited, is an output."""
    if isinstance(value, MailEgressArgs | Smtp | Former | Egress | Osgi | OAuth):
        return {name: given(getattr(value, name)) for name in value.__dataclass_fields__ if getattr(value, name) is not None}
    return settled(value)


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
            return await value.future()
    return UNKNOWN
