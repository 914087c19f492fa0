"""Arguments as dictionaries, for type checkers and editors. Made of the classes of arguments: `make docs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from aem_mail.model import ConflictPolicy, Kind, Service
from aem_mail.resources.base.either import Either


class NetworkInfrastructureArgsDict(TypedDict):
    """NetworkInfrastructureArgs as a dictionary."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    kind: pulumi.Input[Either[Kind, str]]
    """How traffic leaves: ``"flexiblePortEgress"``, ``"dedicatedEgressIp"`` or ``"vpn"``."""
    region: pulumi.Input[str]
    """One of the program's regions, such as ``"va7"``."""
    is_primary_region: NotRequired[pulumi.Input[bool] | None]
    """Whether it is the program's primary one; default: whether ``region`` is that of the production environment."""
    address_space: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]] | None]
    """For a VPN only: a list of one IPv4 range, /26 or larger, such as ``["10.0.0.0/26"]``."""
    dns: NotRequired[pulumi.Input[Mapping[str, Any]] | None]
    """For a VPN only: ``{"resolvers": […], "domains": […]}``."""
    connections: NotRequired[pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]]] | None]
    """For a VPN only: its connections, shared keys included, in the API's own field names; always a secret."""
    allow_replace: NotRequired[pulumi.Input[bool]]
    """Whether it may be deleted and created again where kind, region or address space change; default: False."""
    allow_placeholder: NotRequired[pulumi.Input[bool] | None]
    """Whether a shared key is taken that looks like a mask or an unfilled variable; default: it is refused."""
    timeout: NotRequired[pulumi.Input[float] | None]
    """Seconds to wait for a change; default: 5400, or ``aem-mail:timeouts`` of the stack."""


class AdvancedNetworkingArgsDict(TypedDict):
    """AdvancedNetworkingArgs as a dictionary."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    non_proxy_hosts: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]] | None]
    """Hosts reached past the proxy, such as ``*.example.com``: the whole list, ``[]`` for none; None leaves them to others."""
    infrastructure_kind: NotRequired[pulumi.Input[Either[Kind, str]] | None]
    """The kind that the program's network infrastructure has to be of; default: any."""
    infrastructure_region: NotRequired[pulumi.Input[str] | None]
    """The region that the program's network infrastructure has to be in, such as ``"va7"``; default: any."""
    timeout: NotRequired[pulumi.Input[float] | None]
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


class PortForwardArgsDict(TypedDict):
    """PortForwardArgs as a dictionary."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    name: pulumi.Input[str]
    """The destination: a host name, or an IPv4 address."""
    port_dest: pulumi.Input[int]
    """Its port."""
    port_orig: NotRequired[pulumi.Input[int] | None]
    """The port on AEM's proxy, 30000 to 30999, one rule each; default: 30000 + ``port_dest`` where that lies in the range."""
    on_conflict: NotRequired[pulumi.Input[Either[ConflictPolicy, str]]]
    """What to do where another rule holds ``port_orig``: ``"error"``, the default, or ``"replace"``."""
    timeout: NotRequired[pulumi.Input[float] | None]
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


class PortForwardsArgsDict(TypedDict):
    """PortForwardsArgs as a dictionary."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    rules: Mapping[str, pulumi.Input[str] | Mapping[str, Any]]
    """Rules by their port on AEM's proxy: ``{"30465": "smtp.example.com:465"}``.

    Or objects with ``name``, ``port_dest`` and, if one rule needs its own, ``on_conflict``. A plain mapping, whose values may be outputs.
    """
    on_conflict: NotRequired[pulumi.Input[Either[ConflictPolicy, str]]]
    """What to do where another rule holds a port: ``"error"``, the default, or ``"replace"``."""
    timeout: NotRequired[pulumi.Input[float] | None]
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


class EnvVarArgsDict(TypedDict):
    """EnvVarArgs as a dictionary."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    name: pulumi.Input[str]
    """Its name: 2 to 100 of a-z, A-Z, 0-9 and _, not beginning with a digit."""
    value: pulumi.Input[str]
    """Its value, of up to 2048 characters."""
    service: NotRequired[pulumi.Input[Either[Service, str]] | None]
    """``"author"``, ``"publish"`` or ``"preview"``; default: all of them."""
    on_conflict: NotRequired[pulumi.Input[Either[ConflictPolicy, str]]]
    """What to do where a variable of that name has another value or type: ``"error"``, the default, or ``"replace"``."""
    timeout: NotRequired[pulumi.Input[float] | None]
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


class SecretEnvVarArgsDict(TypedDict):
    """SecretEnvVarArgs as a dictionary."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    name: pulumi.Input[str]
    """Its name: 2 to 100 of a-z, A-Z, 0-9 and _, not beginning with a digit."""
    value: NotRequired[pulumi.Input[str] | None]
    """The secret itself, of less than 500 characters; always a secret."""
    value_from: NotRequired[pulumi.Input[str] | None]
    """Where the secret is read when it is needed, and never stored: ``"env:NAME"`` or ``"file:PATH"``."""
    service: NotRequired[pulumi.Input[Either[Service, str]] | None]
    """``"author"``, ``"publish"`` or ``"preview"``; default: all of them."""
    rotate_when: NotRequired[pulumi.Input[str] | None]
    """Any text; when it changes, the secret is written again."""
    expires_at: NotRequired[pulumi.Input[str] | None]
    """A date such as ``"2027-06-30"``, recorded for reports."""
    on_conflict: NotRequired[pulumi.Input[Either[ConflictPolicy, str]]]
    """What to do where a variable of that name is there that this stack has not recorded.

    ``"error"``, the default: nothing is written; ``"keep"``: a secret that is there is adopted without a write; ``"replace"``: the declared
    value replaces it.
    """
    allow_placeholder: NotRequired[pulumi.Input[bool] | None]
    """Whether a value is taken that only looks like a secret, as ``****`` or an unfilled ``${NAME}``; default: it is refused."""
    timeout: NotRequired[pulumi.Input[float] | None]
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


class EnvVarsArgsDict(TypedDict):
    """EnvVarsArgs as a dictionary."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    values: NotRequired[Mapping[str, pulumi.Input[str] | Mapping[str, Any]] | None]
    """Plain variables by name: ``{"MAIL_FROM": "noreply@example.com"}``."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str] | Mapping[str, Any]] | None]
    """Secrets by name, given by value."""
    secrets_from: NotRequired[Mapping[str, pulumi.Input[str] | Mapping[str, Any]] | None]
    """Secrets by name, given by reference: ``{"MAIL_TOKEN": "env:MAIL_TOKEN"}``, or ``"file:PATH"``."""
    service: NotRequired[pulumi.Input[Either[Service, str]] | None]
    """That of all entries which give none: ``"author"``, ``"publish"`` or ``"preview"``; default: all of them."""
    on_conflict: NotRequired[pulumi.Input[Either[ConflictPolicy, str]]]
    """What to do where a variable of that name is there that this stack has not recorded: ``"error"``, the default, or ``"replace"``.

    A secret's own may also be ``"keep"``.
    """
    timeout: NotRequired[pulumi.Input[float] | None]
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


class OsgiConfigArgsDict(TypedDict):
    """OsgiConfigArgs as a dictionary."""

    directory: pulumi.Input[str]
    """The AEM project's ``osgiconfig`` folder, absolute or relative to the folder of Pulumi.yaml."""
    pid: pulumi.Input[str]
    """The PID of the configuration, such as ``"com.day.cq.mailer.DefaultMailService"``."""
    properties: pulumi.Input[Mapping[str, Any]]
    """Its properties: texts, numbers, booleans, and lists of one of these."""
    run_mode: NotRequired[pulumi.Input[str] | None]
    """Run modes that it is for, such as ``"dev"`` or ``"author.prod"``; default: all, in the folder ``config``."""
    delete_file: NotRequired[pulumi.Input[bool]]
    """Whether the file goes with its resource where it is still what was written; default: False, since it is source code."""
    on_conflict: NotRequired[pulumi.Input[Either[ConflictPolicy, str]]]
    """What to do where a different file is there: ``"error"``, the default, or ``"replace"``."""
