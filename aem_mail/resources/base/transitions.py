"""Which environments a program deploys to and waits for: known once the program has run to its end, and told to the plugin then."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi

from aem_mail.kinds.mail_transition import TRANSITION
from aem_mail.resources.base.per_program import PerProgram

Address = tuple[pulumi.Input[str], pulumi.Input[str]]
_AWAITED: Final[PerProgram[list[Address]]] = PerProgram(list)
"""Program and environment id of each pipeline."""


def await_deployment(program_id: pulumi.Input[str], environment_id: pulumi.Input[str]) -> None:
    """Take note that the running program waits for a pipeline that deploys its configuration."""
    _AWAITED.running().append((program_id, environment_id))


def told_by_parent(opts: pulumi.ResourceOptions | None) -> dict[str, Any]:
    """Return the input by which a MailEgress tells its child of it, none for any other resource."""
    told = getattr(opts and opts.parent, "mail_egress_transition", None)
    return {} if told is None else {TRANSITION: told}


def transition(properties: Mapping[str, Any]) -> pulumi.Output[dict[str, Any]]:
    """Return what the children of a MailEgress are told of the time until its configuration is deployed, as `TRANSITION` says."""
    former = (properties.get("smtp") or {}).get("former") or {}
    address = properties["program_id"], properties["environment_id"]
    told = pulumi.Output.all(*address, former.get("port_orig"), former.get("secrets"))
    awaited = _AWAITED.running()

    def at_the_end(known: Sequence[Any]) -> pulumi.Output[dict[str, Any]]:
        addresses = pulumi.Output.all(*(pulumi.Output.all(*one) for one in awaited))
        return addresses.apply(lambda found: _told(known[:2] in found, *known[2:]))

    return told.apply(at_the_end)


def _told(awaited: bool, port: Any, secrets: Sequence[str] | None) -> dict[str, Any]:
    return {"awaited": awaited, "ports": [] if port is None else [int(port)], "secrets": list(secrets or ())}
