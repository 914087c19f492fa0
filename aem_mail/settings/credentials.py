"""What no program may declare a resource with: the engine records the whole configuration of the stack with the first one."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from aem_mail.errors import InvalidInput, Problem
from aem_mail.settings.connection import URLS, chosen_credential, find, unusable, url_fault
from aem_mail.settings.keys import ALL, CREDENTIALS, PREFIX, VARIABLES, decoded, remove_command
from aem_mail.settings.program import arguments_of, plain_secrets

SECRET_NAMES: Final = frozenset({"clientsecret", "accesstoken", "refreshtoken", "sharedkey", "password"})
"""What a secret is called, however its name is written."""
IF_SHARED: Final = ", and change it if the file was shared"


def refuse_exposed_secrets(
    config: Mapping[str, Any], environ: Mapping[str, str], is_secret: Callable[[str], bool], plain_variables: Iterable[str] = ()
) -> None:
    """Raise InvalidInput for each secret that lies in the configuration in plain text, and for a connection that would be refused.

    ``is_secret(key)`` says whether a key, without its namespace, was set with ``--secret``; ``plain_variables`` are the names of those
    in the namespace of secret variables that were not.
    """
    known = list(plain_secrets(config, arguments_of(config), is_secret))
    exposed = [*known, *_elsewhere(config, is_secret, {problem.field for problem in known}), *map(_variable, plain_variables)]
    refused = _refused(config, environ)
    if exposed or refused:
        raise InvalidInput("Configuration of this stack" if exposed else "The connection to Cloud Manager", [*exposed, *refused])


def _elsewhere(config: Mapping[str, Any], is_secret: Callable[[str], bool], known: Iterable[str]) -> Iterator[Problem]:
    """Yield what is called like a secret at a place where none is read, and a password in an address."""
    for key, value in config.items():
        for path in () if is_secret(key) else _secrets_within(key, value):
            if PREFIX + path not in known and path not in ALL:
                yield Problem(PREFIX + path, f"is called like a secret and lies there in plain text; run {remove_command(path)}{IF_SHARED}")
    for key in URLS:
        url = str(config.get(key) or "")
        if "@" in url and not is_secret(key):
            yield Problem(PREFIX + key, f"{url_fault(url) or 'holds a user'}{IF_SHARED}")


def _secrets_within(path: str, value: Any) -> Iterator[str]:
    held = decoded(value)
    if isinstance(held, Mapping):
        for name, item in held.items():
            yield from _secrets_within(f"{path}.{name}", item)
    elif isinstance(held, list):
        for index, item in enumerate(held):
            yield from _secrets_within(f"{path}[{index}]", item)
    elif isinstance(held, str) and held and _is_called_secret(path):
        yield path


def _is_called_secret(path: str) -> bool:
    return re.sub(r"[-_]", "", path.rpartition(".")[2].casefold()) in SECRET_NAMES


def _variable(name: str) -> Problem:
    key = VARIABLES + name
    return Problem(key, f"is a secret, but was set without --secret; run `pulumi config set --secret {key}`{IF_SHARED}")


def _refused(config: Mapping[str, Any], environ: Mapping[str, str]) -> list[Problem]:
    found = {key: setting for key in CREDENTIALS if (setting := find(key, environ, config)) is not None}
    return list(unusable(found, chosen_credential(found)))
