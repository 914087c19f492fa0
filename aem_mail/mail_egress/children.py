"""The resources that a MailEgress declares, each under the component and named after it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pulumi

from aem_mail.kinds.osgi_config import configuration_path
from aem_mail.mail_configurations import MailConfiguration, configured_by, mail_configurations, written_pids
from aem_mail.mail_egress.arguments import MailEgressArgs
from aem_mail.mail_secrets import MailSecret, mail_secrets
from aem_mail.model import VariableType
from aem_mail.osgi import render_configuration
from aem_mail.resources.advanced_networking import AdvancedNetworking, AdvancedNetworkingArgs
from aem_mail.resources.environment_variable import SecretEnvVar, SecretEnvVarArgs
from aem_mail.resources.network_infrastructure import NetworkInfrastructure, NetworkInfrastructureArgs
from aem_mail.resources.osgi_config import OsgiConfig, OsgiConfigArgs
from aem_mail.resources.port_forward import PortForward, PortForwardArgs

MANAGED: Final = "managed"


class Children:
    """Declares them one kind at a time; ``properties`` are the arguments with what a preset adds to them."""

    def __init__(self, parent: pulumi.Resource, name: str, args: MailEgressArgs, properties: Mapping[str, Any]) -> None:
        self._parent = parent
        self._name = name
        self._args = args
        self._properties = properties

    def __len__(self) -> int:
        args = self._args
        files = len(written_pids(self._properties)) if args.osgi is not None else 0
        secrets = len(mail_secrets(self._properties)) * len(args.services or (None,))
        return 2 + secrets + (args.egress.mode == MANAGED) + files

    def network_infrastructure(self) -> NetworkInfrastructure | None:
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
            allow_placeholder=self._args.allow_placeholder,
            timeout=self._timeout("infrastructure"),
        )
        return NetworkInfrastructure(f"{self._name}-infrastructure", args, self._options())

    def networking(self, infrastructure: NetworkInfrastructure | None, port_orig: pulumi.Input[int]) -> None:
        args, egress, server = self._args, self._args.egress, self._properties["smtp"]
        existing = egress.mode != MANAGED
        options = self._options(infrastructure)
        networking = AdvancedNetworkingArgs(
            args.program_id,
            args.environment_id,
            egress.non_proxy_hosts,
            infrastructure_kind=egress.kind if existing else None,
            infrastructure_region=egress.region if existing else None,
            timeout=self._timeout("environment"),
        )
        AdvancedNetworking(f"{self._name}-networking", networking, options)
        rule = PortForwardArgs(
            args.program_id,
            args.environment_id,
            server["host"],
            server["port"],
            port_orig,
            self._policy("portForward", "error"),
            timeout=self._timeout("environment"),
        )
        PortForward(f"{self._name}-port-forward", rule, options)

    def secrets(self) -> pulumi.Output[list[dict[str, Any]]]:
        """Declare a variable for each secret and service; return ``{name, type, service}`` of each, sorted."""
        shown = []
        for service in self._args.services or (None,):
            for secret in mail_secrets(self._properties):
                self._secret(secret, service)
                shown.append({"name": secret.variable, "type": str(VariableType.SECRET_STRING), "service": service})
        return pulumi.Output.from_input(sorted(shown, key=lambda one: (one["name"], one["service"] or "")))

    def configurations(self) -> pulumi.Output[list[dict[str, Any]]]:
        """Declare the files, if they are to be written; return ``{pid, path, content}`` of each."""
        rendered = pulumi.Output.from_input(configured_by(self._properties)).apply(mail_configurations)
        paths = list(self._files(rendered))
        return rendered.apply(
            lambda files: [
                {"pid": file.pid, "path": path, "content": render_configuration(file.properties)}
                for file, path in zip(files, paths, strict=True)
            ]
        )

    def _secret(self, secret: MailSecret, service: str | None) -> None:
        args = SecretEnvVarArgs(
            self._args.program_id,
            self._args.environment_id,
            secret.variable,
            secret.value,
            value_from=secret.value_from,
            service=service,
            expires_at=secret.expires_at,
            on_conflict=self._policy("secretEnvVar", "replace"),
            allow_placeholder=self._args.allow_placeholder,
            timeout=self._timeout("environment"),
        )
        SecretEnvVar("-".join([self._name, secret.role, *([service] if service else [])]), args, self._options())

    def _files(self, rendered: pulumi.Output[list[MailConfiguration]]) -> Iterator[str]:
        osgi = self._args.osgi
        for index, (pid, role) in enumerate(written_pids(self._properties).items()):
            if osgi is None:
                yield ""
                continue
            properties = rendered[index].apply(lambda file: file.properties)
            args = OsgiConfigArgs(osgi.directory, pid, properties, osgi.run_mode, on_conflict=self._policy("osgiConfig", "error"))
            OsgiConfig(f"{self._name}-{role}", args, self._options())
            yield configuration_path(osgi.directory, pid, osgi.run_mode, pulumi.runtime.get_root_directory())

    def _options(self, infrastructure: NetworkInfrastructure | None = None) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self._parent, depends_on=None if infrastructure is None else [infrastructure])

    def _policy(self, kind: str, default: str) -> str:
        return (self._args.on_conflict or {}).get(kind, default)

    def _timeout(self, what: str) -> float | None:
        return (self._args.timeouts or {}).get(what)
