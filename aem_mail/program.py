"""From the stack's configuration to the arguments of a MailEgress: the settings of the program in this repository."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pulumi.runtime.config import CONFIG, is_config_secret

from aem_mail import settings
from aem_mail.errors import AemMailError
from aem_mail.mail_egress import Egress, MailEgressArgs, Osgi, Smtp

NAMESPACE: Final = "aem-mail"


def mail_egress_args() -> MailEgressArgs:
    """Read the ``aem-mail:`` keys of the selected stack, whatever the project's name.

    Raises pulumi.RunError that names every missing, wrong and unknown key, each with the command that sets it.
    """
    try:
        given = settings.program_settings(settings.namespaced(CONFIG.get()), lambda key: is_config_secret(f"{NAMESPACE}:{key}"))
    except AemMailError as error:
        raise pulumi.RunError(str(error)) from None
    return MailEgressArgs(
        given.program_id,
        given.environment_id,
        Smtp(**given.smtp),
        given.from_address,
        username=_secret(given.username),
        password=_secret(given.password),
        username_from=given.username_from,
        password_from=given.password_from,
        egress=_egress(given.egress),
        osgi=None if given.osgi is None else Osgi(**given.osgi),
        on_conflict=given.on_conflict,
        timeouts=given.timeouts,
    )


def _secret(value: str | None) -> pulumi.Output[str] | None:
    return None if value is None else pulumi.Output.secret(value)


def _egress(given: Mapping[str, Any]) -> Egress:
    connections = given.get("connections")
    return Egress(**{**given, "connections": None if connections is None else pulumi.Output.secret(connections)})
