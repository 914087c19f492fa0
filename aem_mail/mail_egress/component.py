"""The component itself."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack, overload

import pulumi
from pulumi import Output
from pulumi.runtime.settings import SETTINGS

from aem_mail.kinds.mail_configurations import configured_by, mail_configurations
from aem_mail.kinds.mail_resources import RULE_ROLE, capacity, mail_resources
from aem_mail.kinds.osgi_config import configuration_path
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.mail_egress.arguments import MailEgressArgs, given
from aem_mail.mail_egress.children import computed, register
from aem_mail.mail_egress.judgement import judged, refuse_problems, warnings
from aem_mail.model import Kind, VariableType
from aem_mail.osgi import PROXY_HOST_PLACEHOLDER, render_configuration
from aem_mail.presets import with_preset
from aem_mail.resources.base.by_keywords import by_keywords
from aem_mail.resources.base.engine_values import known
from aem_mail.resources.base.plugin import current_run
from aem_mail.resources.base.stack_configuration import refuse_exposed_secrets
from aem_mail.resources.base.transitions import transition
from aem_mail.resources.base.voice import warn
from aem_mail.resources.network_infrastructure import NetworkInfrastructure
from aem_mail.resources.osgi_config import OsgiConfig

if TYPE_CHECKING:
    from aem_mail.mail_egress.dictionaries import MailEgressArgsDict


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

    @overload
    def __init__(self, name: str, args: MailEgressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Makes one environment able to send mail: infrastructure, enablement, port forward, secrets and OSGi configuration."""

    @overload
    def __init__(self, name: str, /, opts: pulumi.ResourceOptions | None = None, **arguments: "Unpack[MailEgressArgsDict]") -> None:
        """Makes one environment able to send mail: infrastructure, enablement, port forward, secrets and OSGi configuration.

        Ids are passed to the children, never a sibling's outputs, so that their changes are gathered into the fewest possible. Raises
        pulumi.RunError, with every problem at once, for arguments that cannot work.

        :param program_id: The program's number as digits, such as ``"10001"``.
        :param environment_id: The environment's number as digits, such as ``"20001"``.
        :param smtp: The mail server.
        :param from_address: The sender: a plain e-mail address, such as ``"noreply@example.com"``.
        :param username: The mail server's user, by value.
        :param password: The mail server's password, by value; always a secret.
        :param username_from: Where the user is read when it is needed, and never stored: ``"env:NAME"`` or ``"file:PATH"``.
        :param password_from: Where the password is read when it is needed, and never stored: ``"env:NAME"`` or ``"file:PATH"``.
        :param egress: How traffic leaves; default: ``Egress("existing")``.
        :param services: ``"author"``, ``"publish"``, ``"preview"``: one pair of variables for each; default: one pair for all. A plain
            value.
        :param osgi: Where the OSGi configuration is written; default: nowhere, and the output ``osgi_config`` shows what belongs there.
        :param username_variable: The name of the variable with the user; default: ``"EMAIL_USERNAME"``.
        :param password_variable: The name of the variable with the password; default: ``"EMAIL_PASSWORD"``.
        :param on_conflict: What to do where something else is there, by kind: ``"portForward"``, ``"secretEnvVar"``, ``"osgiConfig"``;
            default: ``"error"``.
        :param timeouts: Seconds to wait: ``{"environment": 1800, "infrastructure": 5400}``, which are the defaults.
        :param oauth: A token instead of the password (OAuth 2.0).
        :param allow_placeholder: Whether a secret is taken that only looks like one, as ``****`` or an unfilled ``${NAME}``; default: it is
            refused.
        """

    @by_keywords
    def __init__(self, name: str, args: MailEgressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse_exposed_secrets()
        properties = given(args)
        refuse_problems(name, known(properties))
        super().__init__("aem:mail:MailEgress", name, _capacity(properties), opts)
        said = warnings(name, known(properties))
        for warning in said:
            warn(warning, self)
        is_known = known(properties) == properties
        self.mail_egress_name: pulumi.Input[str] = name if is_known else judged(name, properties, self, said)
        self._declare(name, with_preset(properties), opts)
        self.egress_host = _egress_host(properties)
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
        (rule,) = (resource for resource in resources if resource.role == RULE_ROLE)
        self.mail_egress_transition = transition(properties)
        self.proxy_host = pulumi.Output.from_input(PROXY_HOST_PLACEHOLDER)
        self.proxy_port = rule.inputs["port_orig"]
        registered = register(self, name, resources, opts)
        infrastructure = registered.get("infrastructure")
        self.network_infrastructure = infrastructure if isinstance(infrastructure, NetworkInfrastructure) else None
        secrets = [one.inputs for one in resources if one.kind == SECRET_VARIABLE.name]
        self.variables = computed(_variables, *([one["name"], one.get("service")] for one in secrets))
        files = [(one.inputs, child) for one in resources if isinstance(child := registered[one.role], OsgiConfig)]
        written = {inputs["pid"]: _written(inputs, child) for inputs, child in files}
        self.osgi_config = computed(_shown, written, configured_by(properties))


def _capacity(properties: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is demanded of the network, if anything is: the state keeps it, for the checks of what is live."""
    said = {name: computed(_unless_false, value) if isinstance(value, Output) else value for name, value in capacity(properties).items()}
    return {name: properties[name] for name in ("program_id", "environment_id")} | said if said else None


def _unless_false(value: Any) -> Any:
    return None if value is False else value


def _variables(*named: Sequence[Any]) -> list[dict[str, Any]]:
    """Return what is shown of the variables, each given by its name and service."""
    shown = [{"name": name, "type": str(VariableType.SECRET_STRING), "service": service} for name, service in named]
    return sorted(shown, key=lambda variable: (variable["name"], variable["service"] or ""))


def _written(inputs: Mapping[str, Any], file: OsgiConfig) -> dict[str, Any]:
    """Return the path of a file that is written, and its content, which transformations of it may have made another one."""
    path = partial(configuration_path, project=pulumi.runtime.get_root_directory())
    return {"path": computed(path, inputs["directory"], inputs["pid"], inputs.get("run_mode")), "content": file.content}


def _shown(written: Mapping[str, Mapping[str, Any]], known: Mapping[str, Any]) -> list[dict[str, Any]]:
    made = {file.pid: {"path": "", "content": render_configuration(file.properties)} for file in mail_configurations(known)}
    return [{"pid": pid, **file, **written.get(pid, {})} for pid, file in made.items()]


def _egress_host(properties: Mapping[str, Any]) -> Output[str] | None:
    kind = properties["egress"].get("kind")
    host = Output.concat("p", properties["program_id"], ".external.adobeaemcloud.com")
    if isinstance(kind, Output):
        return computed(lambda one, name: name if one == Kind.DEDICATED_EGRESS_IP else None, kind, host)
    return host if kind == Kind.DEDICATED_EGRESS_IP else None
