"""The component itself."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.runtime.settings import SETTINGS

from aem_mail.kinds.forms import default_port_orig, plain
from aem_mail.mail_egress.arguments import Egress, MailEgressArgs, given, known
from aem_mail.mail_egress.children import Children
from aem_mail.mail_egress.judgement import refuse_problems, warnings
from aem_mail.model import Kind
from aem_mail.osgi import PROXY_HOST_PLACEHOLDER
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
        super().__init__("aem:mail:MailEgress", name, _demands(args), opts)
        for warning in warnings(name, known(properties)):
            warn(warning, self)
        self.mail_egress_name = name
        self._declare(name, args, with_preset(properties))
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

    def _declare(self, name: str, args: MailEgressArgs, properties: Mapping[str, Any]) -> None:
        children = Children(self, name, args, properties)
        narrow = current_run().width.add(len(children), SETTINGS.parallel)
        if narrow is not None:
            warn(narrow, self)
        server = properties["smtp"]
        self.proxy_host = pulumi.Output.from_input(PROXY_HOST_PLACEHOLDER)
        self.proxy_port = pulumi.Output.all(server["port"], server.get("port_orig")).apply(lambda ports: _port_orig(*ports))
        self.network_infrastructure = children.network_infrastructure()
        children.networking(self.network_infrastructure, self.proxy_port)
        self.variables = children.secrets()
        self.osgi_config = children.configurations()


def _demands(args: MailEgressArgs) -> dict[str, Any] | None:
    """Return what is demanded of the network, if anything is: the state keeps it, for the checks of what is live."""
    egress = args.egress
    demands = {"requires_fixed_ip": egress.requires_fixed_ip or None, "expected_connections": egress.expected_connections}
    said = {name: value for name, value in demands.items() if value is not None}
    return {"program_id": args.program_id, "environment_id": args.environment_id, **said} if said else None


def _egress_host(egress: Egress, program_id: pulumi.Input[str]) -> pulumi.Output[str] | None:
    if egress.kind != Kind.DEDICATED_EGRESS_IP:
        return None
    return pulumi.Output.concat("p", program_id, ".external.adobeaemcloud.com")


def _port_orig(port: Any, port_orig: Any) -> int:
    chosen = default_port_orig(plain(port)) if port_orig is None else plain(port_orig)
    return int(chosen) if isinstance(chosen, int) else 0
