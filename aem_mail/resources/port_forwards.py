"""PortForwards: several rules of an environment's advanced networking as one resource."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from aem_mail.kinds.kind import Entry
from aem_mail.kinds.port_forward import RULES_ON_PORT
from aem_mail.kinds.port_forwards import PORT_FORWARDS
from aem_mail.kinds.requests import Answer
from aem_mail.model import Properties
from aem_mail.resources.base.args import to_props
from aem_mail.resources.base.entries import SET_OUTPUTS, EntriesProvider, mapping_given
from aem_mail.resources.base.program_order import in_order
from aem_mail.resources.base.provider import environment_of


@dataclass
class PortForwardsArgs:
    """Arguments of PortForwards.

    ``rules`` are rules by their ``port_orig``: ``{"30465": "smtp.example.com:465"}``, or objects with ``name``, ``port_dest`` and,
    if one rule needs its own, ``on_conflict``. ``on_conflict`` is "error" or "replace": what to do where another rule holds a
    ``port_orig``. ``timeout`` is in seconds.
    """

    program_id: pulumi.Input[str]
    environment_id: pulumi.Input[str]
    rules: Mapping[str, pulumi.Input[str] | Mapping[str, Any]]
    on_conflict: pulumi.Input[str] = "error"
    _: KW_ONLY
    timeout: pulumi.Input[float] | None = None


class PortForwardsProvider(EntriesProvider):
    """Keeps its rules one by one, and leaves the environment's other rules as they are."""

    kind = PORT_FORWARDS

    def read_entries(self, recorded: Properties) -> Any:
        return self.run.rollout().read_networking(environment_of(recorded))

    def outputs(self, entry: Entry, answer: Answer) -> Mapping[str, Any]:
        return {**answer.outputs, RULES_ON_PORT: None}


class PortForwards(Resource, module="aem", name="PortForwards"):
    """Rules `AEM_PROXY_HOST:port_orig → host:port` of an environment; the environment's other rules are left alone.

    Its id is ``{program_id}/{environment_id}/portForwards/{logical name}``. ``in_force`` has an object for each rule that is in
    force, by its ``port_orig``, whose ``origin`` is "created" or "adopted".
    """

    program_id: pulumi.Output[str]
    environment_id: pulumi.Output[str]
    rules: pulumi.Output[Mapping[str, Any]]
    in_force: pulumi.Output[Mapping[str, Any]]

    def __init__(self, name: str, args: PortForwardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given = replace(args, rules={str(port): rule for port, rule in mapping_given(f"PortForwards {name}: rules", args.rules).items()})
        super().__init__(PortForwardsProvider(), name, to_props(given, name, opts, outputs=SET_OUTPUTS), in_order(self, given, opts))
