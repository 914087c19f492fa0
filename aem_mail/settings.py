"""Read what the user configured, and name everything that is missing or wrong at once, each with the command that sets it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aem_mail.model import Connection


@dataclass(frozen=True, slots=True)
class ProgramSettings:
    """The program's own settings; mappings have the argument names of MailEgress (snake_case)."""

    program_id: str
    environment_id: str
    egress: Mapping[str, Any]
    smtp: Mapping[str, Any]
    from_address: str
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    username_from: str | None = None
    password_from: str | None = None
    on_conflict: Mapping[str, str] | None = None
    osgi: Mapping[str, Any] | None = None
    timeouts: Mapping[str, float] | None = None


def connection(environ: Mapping[str, str], config: Mapping[str, Any]) -> Connection:
    """Return how to reach Cloud Manager; environment variables win over configuration (keys without ``aem-mail:``).

    Raises InvalidInput that names every missing or wrong setting, and never a secret's value.
    """
    raise NotImplementedError


def program_settings(config: Mapping[str, Any], is_secret: Callable[[str], bool]) -> ProgramSettings:
    """Return the program's settings from the stack configuration (keys without ``aem-mail:``, objects as such or as JSON).

    ``is_secret(key)`` says whether a key was set with ``--secret``. Raises InvalidInput that names every missing, wrong and
    unknown key, each with the command that sets it.
    """
    raise NotImplementedError


def namespaced(configuration: Mapping[str, str]) -> dict[str, str]:
    """Return the ``aem-mail:`` keys of a whole stack configuration, as ``configure`` gets it, without their prefix."""
    raise NotImplementedError


def timeouts(config: Mapping[str, Any]) -> dict[str, float]:
    """Return the provider's time-outs in seconds (``environment``, ``infrastructure``; only those given)."""
    raise NotImplementedError
