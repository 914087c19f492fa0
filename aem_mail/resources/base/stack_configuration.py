"""The stack's configuration as the program sees it."""

import os

from pulumi.runtime.config import CONFIG, is_config_secret

from aem_mail import settings
from aem_mail.errors import InvalidInput
from aem_mail.resources.base.voice import refusal
from aem_mail.settings.keys import PREFIX, VARIABLES, decoded
from aem_mail.text.confidential import Veil, texts_at


def is_set_as_secret(key: str) -> bool:
    """Say whether a key, without its namespace, was set with ``--secret``."""
    return is_config_secret(PREFIX + key)


def without_configured_secrets(text: str) -> str:
    """Return a text without the values that were set with ``--secret``, except for objects, of which one field alone may be secret."""
    config = {key: value for key, value in settings.namespaced(CONFIG.get()).items() if is_set_as_secret(key)}
    veil = Veil()
    veil.add(texts_at(config, [[key] for key, value in config.items() if decoded(value) == value]))
    return veil(text)


def refuse_exposed_secrets() -> None:
    """Raise pulumi.RunError before a resource is declared whose provider would be recorded with a secret in plain text.

    Asked for each resource, and remembered for none: one process may run the programs of several stacks.
    """
    config = CONFIG.get()
    plain = [
        key.removeprefix(VARIABLES) for key, value in config.items() if key.startswith(VARIABLES) and value and not is_config_secret(key)
    ]
    try:
        settings.refuse_exposed_secrets(settings.namespaced(config), os.environ, is_set_as_secret, plain)
    except InvalidInput as error:
        raise refusal(error) from None
