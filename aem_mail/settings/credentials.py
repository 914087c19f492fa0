"""What no program may declare a resource with: the engine records the whole configuration of the stack with the first one."""

from collections.abc import Callable, Mapping
from typing import Any

from aem_mail.errors import InvalidInput, Problem
from aem_mail.settings.connection import chosen_credential, find, stand_ins
from aem_mail.settings.keys import CREDENTIALS
from aem_mail.settings.program import arguments_of, plain_secrets


def refuse_exposed_secrets(config: Mapping[str, Any], environ: Mapping[str, str], is_secret: Callable[[str], bool]) -> None:
    """Raise InvalidInput for each secret that lies in the configuration in the clear, and for a stand-in for the credential.

    ``is_secret(key)`` says whether a key, without its prefix, was set with ``--secret``.
    """
    exposed = list(plain_secrets(config, arguments_of(config), is_secret))
    masked = _stand_ins(config, environ)
    if exposed or masked:
        raise InvalidInput("Configuration of this stack" if exposed else "The connection to Cloud Manager", [*exposed, *masked])


def _stand_ins(config: Mapping[str, Any], environ: Mapping[str, str]) -> list[Problem]:
    found = {key: setting for key in CREDENTIALS if (setting := find(key, environ, config)) is not None}
    return list(stand_ins(found, chosen_credential(found)))
