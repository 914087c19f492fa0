"""PortForward: one rule of an environment's advanced networking."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack, overload

import pulumi
from pulumi.dynamic import Resource

from aem_mail.kinds.mail_transition import Transition, rule_transition
from aem_mail.kinds.port_forward import ENABLED_AHEAD, PORT_FORWARD, RULES_ON_PORT
from aem_mail.kinds.requests import Answer, Operation
from aem_mail.model import ConflictPolicy, Properties
from aem_mail.resources.base.args import to_props
from aem_mail.resources.base.by_keywords import by_keywords
from aem_mail.resources.base.either import Either
from aem_mail.resources.base.program_order import in_order
from aem_mail.resources.base.provider import EnvironmentProvider, Examination, environment_of

if TYPE_CHECKING:
    from aem_mail.resources.dictionaries import PortForwardArgsDict


@dataclass
class PortForwardArgs:
    """Arguments of a PortForward."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    name: pulumi.Input[str]
    """The destination: a host name, or an IPv4 address."""
    port_dest: pulumi.Input[int]
    """Its port."""
    port_orig: pulumi.Input[int] | None = None
    """The port on AEM's proxy, 30000 to 30999, one rule each; default: 30000 + ``port_dest`` where that lies in the range."""
    on_conflict: pulumi.Input[Either[ConflictPolicy, str]] = ConflictPolicy.ERROR
    """What to do where another rule holds ``port_orig``: ``"error"``, the default, or ``"replace"``."""
    _: KW_ONLY
    timeout: pulumi.Input[float] | None = None
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


class RuleExamination(Examination):
    @property
    def transition(self) -> Transition:
        return rule_transition(self.recorded, self.wanted)


class PortForwardProvider(EnvironmentProvider):
    """Keeps one rule, and leaves the environment's other rules as they are."""

    kind = PORT_FORWARD
    computed = frozenset({RULES_ON_PORT, ENABLED_AHEAD})
    examination = RuleExamination

    def read_live(self, recorded: Properties) -> Mapping[str, Any] | None:
        return PORT_FORWARD.live_values(recorded, self.run.rollout().read_networking(environment_of(recorded)))

    def change(self, operation: Operation, recorded: Properties, wanted: Properties) -> Answer:
        request, properties = PORT_FORWARD.request(operation, recorded, wanted), wanted or recorded
        answer = self.run.rollout().change(environment_of(properties), request, self.timeout(properties))
        return replace(answer, outputs={**answer.outputs, RULES_ON_PORT: None})


class PortForward(Resource, module="aem", name="PortForward"):
    """One rule `AEM_PROXY_HOST:port_orig → name:port_dest` of an environment; the environment's other rules are left alone.

    Its id is ``{program_id}/{environment_id}/{port_orig}``; ``origin`` is "created" or "adopted".
    """

    program_id: pulumi.Output[str]
    environment_id: pulumi.Output[str]
    name: pulumi.Output[str]
    port_dest: pulumi.Output[int]
    port_orig: pulumi.Output[int]
    origin: pulumi.Output[str]

    @overload
    def __init__(self, name: str, args: PortForwardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """One rule `AEM_PROXY_HOST:port_orig → name:port_dest` of an environment; the environment's other rules are left alone."""

    @overload
    def __init__(self, name: str, /, opts: pulumi.ResourceOptions | None = None, **arguments: "Unpack[PortForwardArgsDict]") -> None:
        """One rule `AEM_PROXY_HOST:port_orig → name:port_dest` of an environment; the environment's other rules are left alone.

        Its id is ``{program_id}/{environment_id}/{port_orig}``; ``origin`` is "created" or "adopted".

        :param program_id: The program's number as digits, such as ``"10001"``.
        :param environment_id: The environment's number as digits, such as ``"20001"``.
        :param name: The destination: a host name, or an IPv4 address.
        :param port_dest: Its port.
        :param port_orig: The port on AEM's proxy, 30000 to 30999, one rule each; default: 30000 + ``port_dest`` where that lies in the
            range.
        :param on_conflict: What to do where another rule holds ``port_orig``: ``"error"``, the default, or ``"replace"``.
        :param timeout: Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack.
        """

    @by_keywords
    def __init__(self, name: str, args: PortForwardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(PortForwardProvider(), name, to_props(args, name, opts, outputs=("origin",)), in_order(self, args, opts))
