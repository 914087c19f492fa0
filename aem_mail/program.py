"""From the stack's configuration to the arguments of a MailEgress: the settings of the program in this repository."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.runtime.config import CONFIG

from aem_mail import settings
from aem_mail.errors import AemMailError
from aem_mail.kinds.mail_secrets import OAUTH
from aem_mail.mail_egress import Egress, MailEgress, MailEgressArgs, OAuth, Osgi, Smtp
from aem_mail.publishing.published_configuration import PublishedConfigurationArgs
from aem_mail.resources.base.stack_configuration import is_set_as_secret, without_configured_secrets
from aem_mail.resources.base.voice import refusal
from aem_mail.settings.program import arguments_of
from aem_mail.settings.publishing import publishing_arguments


def mail_egress_args() -> MailEgressArgs:
    """Read the ``aem-mail:`` keys of the selected stack, whatever the project's name.

    Raises pulumi.RunError that names every missing, wrong and unknown key, each with the command that sets it.
    """
    try:
        given = settings.program_settings(settings.namespaced(CONFIG.get()), is_set_as_secret)
    except AemMailError as error:
        raise refusal(without_configured_secrets(str(error))) from None
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
        allow_placeholder=given.allow_placeholder,
        oauth=None if given.oauth is None else _oauth(given.oauth),
    )


def published_configuration_args(mail: MailEgress) -> PublishedConfigurationArgs | None:
    """Return how to publish what a MailEgress has rendered; None where ``aem-mail:osgi`` of the selected stack has no ``publish``.

    The settings are those that `mail_egress_args` has checked.
    """
    config = settings.namespaced(CONFIG.get())
    publishing = publishing_arguments(config)
    if publishing is None:
        return None
    given = arguments_of(config)
    return PublishedConfigurationArgs(
        program_id=given["program_id"],
        environment_id=given["environment_id"],
        configurations=mail.osgi_config,
        run_mode=(given["osgi"] or {}).get("run_mode"),
        **publishing,
    )


def _secret(value: str | None) -> pulumi.Output[str] | None:
    return None if value is None else pulumi.Output.secret(value)


def _egress(given: Mapping[str, Any]) -> Egress:
    connections = given.get("connections")
    return Egress(**{**given, "connections": None if connections is None else pulumi.Output.secret(connections)})


def _oauth(given: Mapping[str, Any]) -> OAuth:
    return OAuth(**{**given, **{name: _secret(given.get(name)) for name in OAUTH}})
