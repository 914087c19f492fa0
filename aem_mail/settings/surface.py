"""The names under which users give what messages call by an argument: in a program as it is, in configuration, on the command line."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final, TypeVar

from aem_mail.errors import AemMailError
from aem_mail.settings.keys import PREFIX

Error = TypeVar("Error", bound=AemMailError)
Surface = Callable[[str, str], str]
"""Takes a message with the names of a program's arguments, and returns it with those that its reader has used.

The second text is the class of the resource that the message is about, such as PortForward.
"""

KEYS: Final[Mapping[str, str]] = {
    "program_id": "programId",
    "environment_id": "environmentId",
    "port_orig": "smtp.portOrig",
    "allow_replace": "egress.allowReplace",
    "address_space": "egress.addressSpace",
    "is_primary_region": "egress.isPrimaryRegion",
    "non_proxy_hosts": "egress.nonProxyHosts",
    "run_mode": "osgi.runMode",
}
"""Where the configuration of a stack has the arguments of a MailEgress's resources."""
OPTIONS: Final[Mapping[str, str]] = {"program_id": "--program", "environment_id": "--environment"}
POLICY: Final = re.compile(r'\bon_conflict(?:="(\w+)")?')


def in_program(message: str, _kind: str = "") -> str:
    """Return a message for who wrote the program."""
    return message


def in_stack(message: str, kind: str = "") -> str:
    """Return a message for who configured the stack."""
    policy = f"{PREFIX}onConflict.{f'{kind[0].lower()}{kind[1:]}' if kind else '<kind>'}"
    renamed = POLICY.sub(lambda match: f"{policy}={match[1]}" if match[1] else policy, message)
    return _renamed(renamed, {argument: f"{PREFIX}{key}" for argument, key in KEYS.items()})


def on_command_line(message: str, _kind: str = "") -> str:
    """Return a message for who gave the ids as options."""
    return _renamed(message, OPTIONS)


def surface_of(configured: Collection[str]) -> Surface:
    """Return the surface of a stack's program, given the keys that its configuration has, with ``aem-mail:`` or without."""
    return in_stack if not {"programId", f"{PREFIX}programId"}.isdisjoint(configured) else in_program


def told(error: Error, surface: Surface) -> Error:
    """Return the error, whose text has the names of the surface from now on."""
    error.args = (surface(str(error), ""),)
    return error


def _renamed(message: str, names: Mapping[str, str]) -> str:
    return re.sub("|".join(rf"\b{name}\b" for name in names), lambda match: names[match.group()], message)
