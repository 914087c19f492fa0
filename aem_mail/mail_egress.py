"""MailEgress: everything one environment needs to send mail, as one component."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi.runtime.settings import SETTINGS

from aem_mail import rules
from aem_mail.checks import Finding, Severity
from aem_mail.checks.component import mail_egress_mistakes
from aem_mail.errors import InvalidInput
from aem_mail.identity import configuration_path
from aem_mail.model import UNKNOWN, Kind, VariableType
from aem_mail.normal import default_port_orig, plain
from aem_mail.osgi.mail_service import MAIL_SERVICE_PID, PROXY_HOST_PLACEHOLDER, MailService, render_configuration, render_mail_service
from aem_mail.resources.advanced_networking import AdvancedNetworking, AdvancedNetworkingArgs
from aem_mail.resources.environment_variable import SecretEnvVar, SecretEnvVarArgs
from aem_mail.resources.network_infrastructure import NetworkInfrastructure, NetworkInfrastructureArgs
from aem_mail.resources.osgi_config import OsgiConfig, OsgiConfigArgs
from aem_mail.resources.port_forward import PortForward, PortForwardArgs
from aem_mail.width import Width

MANAGED: Final = "managed"
WIDTH: Final = Width()


@dataclass
class Smtp:
    """The mail server; ``port_orig`` defaults to 30000 + ``port`` where that lies in 30000–30999."""

    host: pulumi.Input[str]
    port: pulumi.Input[int]
    port_orig: pulumi.Input[int] | None = None


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
class MailEgressArgs:
    """Arguments of a MailEgress.

    Exactly one of ``username`` and ``username_from``, and of ``password`` and ``password_from`` (references as in
    SecretEnvVarArgs). ``services`` is a list of "author", "publish", "preview": one variable each; None: one for all.
    ``on_conflict`` maps a kind ("portForward", "secretEnvVar", "osgiConfig") to its policy; ``timeouts`` are
    ``environment`` and ``infrastructure`` in seconds.
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
    username_variable: str = "EMAIL_USERNAME"
    password_variable: str = "EMAIL_PASSWORD"  # noqa: S105 - the variable's name
    on_conflict: Mapping[str, str] | None = None
    timeouts: Mapping[str, float] | None = None


class MailEgress(pulumi.ComponentResource):
    """Makes one environment able to send mail: infrastructure, enablement, port forward, secrets and OSGi configuration.

    Ids are passed to the children, never a sibling's outputs, so that their changes are gathered into the fewest possible.
    Raises pulumi.RunError, with every problem at once, for arguments that cannot work.
    """

    proxy_host: pulumi.Output[str]
    """The placeholder that AEM resolves to its proxy's host."""
    proxy_port: pulumi.Output[int]
    """The port on the proxy: the rule's ``port_orig``."""
    variables: pulumi.Output[Sequence[Mapping[str, Any]]]
    """``{name, type, service}`` of each variable, sorted."""
    osgi_config: pulumi.Output[Sequence[Mapping[str, Any]]]
    """``{pid, path, content}`` of each configuration; the path is empty where none is written."""
    egress_host: pulumi.Output[str] | None
    """The name whose A record is the dedicated egress IP; None for other kinds."""

    def __init__(self, name: str, args: MailEgressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("aem:mail:MailEgress", name, _demands(args), opts)
        for warning in (*rules.mail_egress_warnings(_known(args)), *_mistakes(name, args)):
            pulumi.log.warn(str(warning), self)
        narrow = WIDTH.add(_number_of_children(args), SETTINGS.parallel)
        if narrow is not None:
            pulumi.log.warn(narrow, self)
        self.mail_egress_name = name
        self._args = args
        self.proxy_host = pulumi.Output.from_input(PROXY_HOST_PLACEHOLDER)
        self.proxy_port = pulumi.Output.all(args.smtp.port, args.smtp.port_orig).apply(lambda ports: _port_orig(*ports))
        infrastructure = self._network_infrastructure()
        self._networking(infrastructure)
        self.variables = self._secrets()
        self.osgi_config = self._configuration()
        self.egress_host = self._egress_host()
        self.register_outputs(self.outputs())

    def outputs(self) -> dict[str, Any]:
        """Return what a program exports, under the names of the contract; nothing of it is secret."""
        outputs = {
            "proxyHost": self.proxy_host,
            "proxyPort": self.proxy_port,
            "variables": self.variables,
            "osgiConfig": self.osgi_config,
        }
        return outputs if self.egress_host is None else {**outputs, "egressHost": self.egress_host}

    def _network_infrastructure(self) -> NetworkInfrastructure | None:
        egress = self._args.egress
        if egress.mode != MANAGED:
            return None
        args = NetworkInfrastructureArgs(
            self._args.program_id,
            str(egress.kind),
            str(egress.region),
            is_primary_region=egress.is_primary_region,
            address_space=egress.address_space,
            dns=egress.dns,
            connections=egress.connections,
            allow_replace=egress.allow_replace,
            timeout=self._timeout("infrastructure"),
        )
        return NetworkInfrastructure(f"{self.mail_egress_name}-infrastructure", args, self._child())

    def _networking(self, infrastructure: NetworkInfrastructure | None) -> None:
        args, egress = self._args, self._args.egress
        existing = egress.mode != MANAGED
        options = self._child(infrastructure)
        networking = AdvancedNetworkingArgs(
            args.program_id,
            args.environment_id,
            egress.non_proxy_hosts,
            infrastructure_kind=egress.kind if existing else None,
            infrastructure_region=egress.region if existing else None,
            timeout=self._timeout("environment"),
        )
        AdvancedNetworking(f"{self.mail_egress_name}-networking", networking, options)
        rule = PortForwardArgs(
            args.program_id,
            args.environment_id,
            args.smtp.host,
            args.smtp.port,
            self.proxy_port,
            self._policy("portForward", "error"),
            timeout=self._timeout("environment"),
        )
        PortForward(f"{self.mail_egress_name}-port-forward", rule, options)

    def _secrets(self) -> pulumi.Output[Sequence[Mapping[str, Any]]]:
        args = self._args
        declared = (
            ("username", args.username_variable, args.username, args.username_from),
            ("password", args.password_variable, args.password, args.password_from),
        )
        shown: list[dict[str, Any]] = []
        for service in args.services or (None,):
            for role, variable, value, value_from in declared:
                secret = SecretEnvVarArgs(
                    args.program_id,
                    args.environment_id,
                    variable,
                    value,
                    value_from=value_from,
                    service=service,
                    on_conflict=self._policy("secretEnvVar", "replace"),
                    timeout=self._timeout("environment"),
                )
                SecretEnvVar("-".join([self.mail_egress_name, role, *([service] if service else [])]), secret, self._child())
                shown.append({"name": variable, "type": str(VariableType.SECRET_STRING), "service": service})
        shown.sort(key=lambda one: (one["name"], one["service"] or ""))
        return pulumi.Output.from_input(shown)

    def _configuration(self) -> pulumi.Output[Sequence[Mapping[str, Any]]]:
        args = self._args
        properties = pulumi.Output.all(self.proxy_port, args.smtp.port, args.from_address).apply(
            lambda known: render_mail_service(
                MailService(int(known[0]), int(known[1]), known[2], args.username_variable, args.password_variable)
            )
        )
        path = ""
        if args.osgi is not None:
            osgi = OsgiConfigArgs(
                args.osgi.directory, MAIL_SERVICE_PID, properties, args.osgi.run_mode, on_conflict=self._policy("osgiConfig", "error")
            )
            OsgiConfig(f"{self.mail_egress_name}-mail-service", osgi, self._child())
            path = configuration_path(args.osgi.directory, MAIL_SERVICE_PID, args.osgi.run_mode, pulumi.runtime.get_root_directory())
        return properties.apply(lambda known: [{"pid": MAIL_SERVICE_PID, "path": path, "content": render_configuration(known)}])

    def _egress_host(self) -> pulumi.Output[str] | None:
        if self._args.egress.kind != Kind.DEDICATED_EGRESS_IP:
            return None
        return pulumi.Output.concat("p", self._args.program_id, ".external.adobeaemcloud.com")

    def _child(self, infrastructure: NetworkInfrastructure | None = None) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=None if infrastructure is None else [infrastructure])

    def _policy(self, kind: str, default: str) -> str:
        return (self._args.on_conflict or {}).get(kind, default)

    def _timeout(self, what: str) -> float | None:
        return (self._args.timeouts or {}).get(what)


def _check(name: str, args: MailEgressArgs) -> None:
    problems = rules.mail_egress_problems(_known(args))
    if problems:
        raise pulumi.RunError(str(InvalidInput(f"MailEgress {name}", problems)))


def _demands(args: MailEgressArgs) -> dict[str, Any] | None:
    """Return what is demanded of the network, if anything is: the state keeps it, for the checks of what is live."""
    egress = args.egress
    demands = {"requires_fixed_ip": egress.requires_fixed_ip or None, "expected_connections": egress.expected_connections}
    given = {name: value for name, value in demands.items() if value is not None}
    return {"program_id": args.program_id, "environment_id": args.environment_id, **given} if given else None


def _number_of_children(args: MailEgressArgs) -> int:
    secrets = 2 * len(args.services or (None,))
    return 2 + secrets + (args.egress.mode == MANAGED) + (args.osgi is not None)


def _mistakes(name: str, args: MailEgressArgs) -> list[Finding]:
    """Return the mistakes that only warn; raises pulumi.RunError for those that keep mail from being sent."""
    project = Path(pulumi.runtime.get_root_directory() or ".")
    try:
        found = mail_egress_mistakes(_known(args), project, datetime.now(UTC).date())
    except InvalidInput as error:
        raise pulumi.RunError(str(error)) from None
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if errors:
        raise pulumi.RunError("\n  ".join([f"MailEgress {name}: no mail would arrive:", *map(str, errors)]))
    return [finding for finding in found if finding.severity is Severity.WARNING]


def _port_orig(port: Any, port_orig: Any) -> int:
    chosen = default_port_orig(plain(port)) if port_orig is None else plain(port_orig)
    return int(chosen) if isinstance(chosen, int) else 0


def _known(value: Any) -> Any:
    """Return plain data of arguments, with UNKNOWN for what only `pulumi up` will know."""
    if isinstance(value, MailEgressArgs | Smtp | Egress | Osgi):
        return {name: _known(getattr(value, name)) for name in value.__dataclass_fields__ if getattr(value, name) is not None}
    if isinstance(value, Mapping):
        return {name: _known(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_known(item) for item in value]
    return UNKNOWN if isinstance(value, pulumi.Output) else value
