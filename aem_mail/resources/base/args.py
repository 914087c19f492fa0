"""How arguments become a resource's properties."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import pulumi

from aem_mail.resources.base import program
from aem_mail.resources.base.engine_values import settled
from aem_mail.resources.base.secret_inputs import NAME, secret_inputs
from aem_mail.resources.base.stack_configuration import refuse_exposed_secrets
from aem_mail.resources.base.transitions import told_by_parent


def to_props(
    args: Any, logical_name: str, opts: pulumi.ResourceOptions | None, *, outputs: Sequence[str], hidden: str | None = None
) -> dict[str, Any]:
    """Return the given arguments under their own names, with what a run has to know of the resource.

    That is its logical name, by which a run tells owners apart, the MailEgress that it is a child of, which inputs are secret, and
    what the program knows of the run.
    ``outputs`` are what the provider alone knows; the argument ``hidden`` is a secret whatever the program says.
    Raises pulumi.RunError where the stack's configuration holds a secret in plain text, which the engine would record.
    """
    refuse_exposed_secrets()
    given = {argument.name: settled(getattr(args, argument.name)) for argument in fields(args)}
    parent = opts.parent if opts is not None else None
    told = {
        "logical_name": logical_name,
        "component": getattr(parent, "mail_egress_name", None),
        NAME: secret_inputs(given),
        program.NAME: program.declare(type(args).__name__.removesuffix("Args"), logical_name, given, parent),
    }
    props = {name: value for name, value in (given | told).items() if value is not None}
    if hidden in props:
        props[hidden] = pulumi.Output.secret(props[hidden])
    return props | told_by_parent(opts) | dict.fromkeys(outputs)
