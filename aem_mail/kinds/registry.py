"""The kinds of resources there are, by name and by the engine's type token. A new kind is a file beside this one, and a row here."""

from collections.abc import Mapping
from typing import Final

from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE, VariableKind
from aem_mail.kinds.environment_variables import ENVIRONMENT_VARIABLES
from aem_mail.kinds.kind import ResourceKind
from aem_mail.kinds.mail_egress import MAIL_EGRESS
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.osgi_config import OSGI_CONFIG
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.port_forwards import PORT_FORWARDS
from aem_mail.kinds.secret_variable import SECRET_VARIABLE

VARIABLE_KINDS: Final[Mapping[str, VariableKind]] = {one.type: one for one in (ENVIRONMENT_VARIABLE, SECRET_VARIABLE)}
"""By the type of a variable: the kind that stands for one of it."""

_BY_NAME: Final[dict[str, ResourceKind]] = {}
_BY_TOKEN: Final[dict[str, ResourceKind]] = {}


class UnknownKind(KeyError):
    """No kind of that name is registered."""


def register(kind: ResourceKind) -> None:
    """Make a kind known. Raises ValueError where another one has its name or one of its type tokens."""
    taken = [word for word in (kind.name, *kind.tokens) if word in _BY_NAME or word in _BY_TOKEN]
    if taken:
        raise ValueError(f"{', '.join(taken)} is registered already")
    _BY_NAME[kind.name] = kind
    _BY_TOKEN.update(dict.fromkeys(kind.tokens, kind))


def unregister(kind: ResourceKind) -> None:
    """Forget a kind."""
    del _BY_NAME[kind.name]
    for token in kind.tokens:
        del _BY_TOKEN[token]


def kind_names() -> tuple[str, ...]:
    """Return the names of all kinds."""
    return tuple(_BY_NAME)


def kind_named(name: str) -> ResourceKind:
    """Return the kind of that name. Raises UnknownKind."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownKind(f"{name!r} is no kind of resource; there are {', '.join(_BY_NAME)}") from None


def kind_of_token(token: str) -> ResourceKind | None:
    """Return the kind that the engine knows by a type token; None for somebody else's, or a newer version's of this package."""
    return _BY_TOKEN.get(token)


for each in (
    *(NETWORK_INFRASTRUCTURE, ADVANCED_NETWORKING, PORT_FORWARD, PORT_FORWARDS, ENVIRONMENT_VARIABLE, SECRET_VARIABLE),
    *(ENVIRONMENT_VARIABLES, OSGI_CONFIG, MAIL_EGRESS),
):
    register(each)
