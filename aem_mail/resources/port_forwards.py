"""PortForwards: several rules of an environment's advanced networking as one resource."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack, overload

import pulumi
from pulumi.dynamic import Resource

from aem_mail.kinds.kind import Entry
from aem_mail.kinds.port_forward import RULES_ON_PORT
from aem_mail.kinds.port_forwards import PORT_FORWARDS
from aem_mail.kinds.requests import Answer
from aem_mail.model import ConflictPolicy, Properties
from aem_mail.resources.base.args import to_props
from aem_mail.resources.base.by_keywords import by_keywords
from aem_mail.resources.base.either import Either
from aem_mail.resources.base.entries import SET_OUTPUTS, EntriesProvider, mapping_given
from aem_mail.resources.base.program_order import in_order
from aem_mail.resources.base.provider import environment_of

if TYPE_CHECKING:
    from aem_mail.resources.dictionaries import PortForwardsArgsDict


@dataclass
class PortForwardsArgs:
    """Arguments of PortForwards."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    rules: Mapping[str, pulumi.Input[str] | Mapping[str, Any]]
    """Rules by their port on AEM's proxy: ``{"30465": "smtp.example.com:465"}``.

    Or objects with ``name``, ``port_dest`` and, if one rule needs its own, ``on_conflict``. A plain mapping, whose values may be outputs.
    """
    on_conflict: pulumi.Input[Either[ConflictPolicy, str]] = ConflictPolicy.ERROR
    """What to do where another rule holds a port: ``"error"``, the default, or ``"replace"``."""
    _: KW_ONLY
    timeout: pulumi.Input[float] | None = None
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


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

    @overload
    def __init__(self, name: str, args: PortForwardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Rules `AEM_PROXY_HOST:port_orig → host:port` of an environment; the environment's other rules are left alone."""

    @overload
    def __init__(self, name: str, /, opts: pulumi.ResourceOptions | None = None, **arguments: "Unpack[PortForwardsArgsDict]") -> None:
        """Rules `AEM_PROXY_HOST:port_orig → host:port` of an environment; the environment's other rules are left alone.

        Its id is ``{program_id}/{environment_id}/portForwards/{logical name}``. ``in_force`` has an object for each rule that is in force,
        by its ``port_orig``, whose ``origin`` is "created" or "adopted".

        :param program_id: The program's number as digits, such as ``"10001"``.
        :param environment_id: The environment's number as digits, such as ``"20001"``.
        :param rules: Rules by their port on AEM's proxy: ``{"30465": "smtp.example.com:465"}``. Or objects with ``name``, ``port_dest``
            and, if one rule needs its own, ``on_conflict``. A plain mapping, whose values may be outputs.
        :param on_conflict: What to do where another rule holds a port: ``"error"``, the default, or ``"replace"``.
        :param timeout: Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack.
        """

    @by_keywords
    def __init__(self, name: str, args: PortForwardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given = replace(args, rules={str(port): rule for port, rule in mapping_given(f"PortForwards {name}: rules", args.rules).items()})
        super().__init__(PortForwardsProvider(), name, to_props(given, name, opts, outputs=SET_OUTPUTS), in_order(self, given, opts))
