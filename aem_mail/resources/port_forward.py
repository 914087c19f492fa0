"""PortForward: one rule of an environment's advanced networking."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from aem_mail.kinds.mail_transition import Transition, rule_transition
from aem_mail.kinds.port_forward import ENABLED_AHEAD, PORT_FORWARD, RULES_ON_PORT
from aem_mail.kinds.requests import Answer, Operation
from aem_mail.model import Properties
from aem_mail.resources.base.args import to_props
from aem_mail.resources.base.program_order import in_order
from aem_mail.resources.base.provider import EnvironmentProvider, Examination, environment_of


@dataclass
class PortForwardArgs:
    """Arguments of a PortForward.

    ``name`` is the mail server's host name or address, ``port_dest`` its port; ``port_orig`` (30000–30999) defaults to
    30000 + ``port_dest`` where that lies in the range. ``on_conflict`` is "error" or "replace": what to do where another
    rule holds ``port_orig``. ``timeout`` is in seconds.
    """

    program_id: pulumi.Input[str]
    environment_id: pulumi.Input[str]
    name: pulumi.Input[str]
    port_dest: pulumi.Input[int]
    port_orig: pulumi.Input[int] | None = None
    on_conflict: pulumi.Input[str] = "error"
    _: KW_ONLY
    timeout: pulumi.Input[float] | None = None


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

    def __init__(self, name: str, args: PortForwardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(PortForwardProvider(), name, to_props(args, name, opts, outputs=("origin",)), in_order(self, args, opts))
