"""The component itself."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pulumi
from pulumi.runtime.settings import SETTINGS

from aem_mail.kinds.mail_configurations import configured_by, mail_configurations
from aem_mail.kinds.mail_resources import MailResource, capacity, mail_resources
from aem_mail.kinds.osgi_config import OSGI_CONFIG, configuration_path
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.mail_egress.arguments import Egress, MailEgressArgs, given, known
from aem_mail.mail_egress.children import computed, register
from aem_mail.mail_egress.judgement import refuse_problems, warnings
from aem_mail.model import Kind, VariableType
from aem_mail.osgi import PROXY_HOST_PLACEHOLDER, render_configuration
from aem_mail.presets import with_preset
from aem_mail.resources.base.plugin import current_run
from aem_mail.resources.base.stack_configuration import refuse_exposed_secrets
from aem_mail.resources.base.voice import warn
from aem_mail.resources.network_infrastructure import NetworkInfrastructure


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
    network_infrastructure: NetworkInfrastructure | None
    """The program's infrastructure, for what is declared beside the component to depend on; None where it is only used."""

    def __init__(self, name: str, args: MailEgressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse_exposed_secrets()
        properties = given(args)
        refuse_problems(name, known(properties))
        super().__init__("aem:mail:MailEgress", name, _capacity(properties), opts)
        for warning in warnings(name, known(properties)):
            warn(warning, self)
        self.mail_egress_name = name
        self._declare(name, with_preset(properties), opts)
        self.egress_host = _egress_host(args.egress, args.program_id)
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

    def _declare(self, name: str, properties: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        resources = mail_resources(properties, computed)
        narrow = current_run().width.add(len(resources), SETTINGS.parallel)
        if narrow is not None:
            warn(narrow, self)
        (rule,) = (resource for resource in resources if resource.kind == PORT_FORWARD.name)
        self.proxy_host = pulumi.Output.from_input(PROXY_HOST_PLACEHOLDER)
        self.proxy_port = rule.inputs["port_orig"]
        infrastructure = register(self, name, resources, opts).get("infrastructure")
        self.network_infrastructure = infrastructure if isinstance(infrastructure, NetworkInfrastructure) else None
        self.variables = pulumi.Output.from_input(_variables(resources))
        self.osgi_config = computed(partial(_files, _paths(resources)), configured_by(properties))


def _capacity(properties: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is demanded of the network, if anything is: the state keeps it, for the checks of what is live."""
    said = capacity(properties)
    return {name: properties[name] for name in ("program_id", "environment_id")} | said if said else None


def _variables(resources: Sequence[MailResource]) -> list[dict[str, Any]]:
    inputs = [resource.inputs for resource in resources if resource.kind == SECRET_VARIABLE.name]
    shown = [{"name": variable["name"], "type": str(VariableType.SECRET_STRING), "service": variable.get("service")} for variable in inputs]
    return sorted(shown, key=lambda variable: (variable["name"], variable["service"] or ""))


def _paths(resources: Sequence[MailResource]) -> dict[str, str]:
    """Return the paths of the files that are written, by their PIDs."""
    root = pulumi.runtime.get_root_directory()
    inputs = [resource.inputs for resource in resources if resource.kind == OSGI_CONFIG.name]
    return {file["pid"]: configuration_path(file["directory"], file["pid"], file.get("run_mode"), root) for file in inputs}


def _files(paths: Mapping[str, str], known: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"pid": file.pid, "path": paths.get(file.pid, ""), "content": render_configuration(file.properties)}
        for file in mail_configurations(known)
    ]


def _egress_host(egress: Egress, program_id: pulumi.Input[str]) -> pulumi.Output[str] | None:
    if egress.kind != Kind.DEDICATED_EGRESS_IP:
        return None
    return pulumi.Output.concat("p", program_id, ".external.adobeaemcloud.com")
