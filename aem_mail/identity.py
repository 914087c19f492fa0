"""What names a resource: its id, derived from its inputs, and the key under which a run claims it."""

from typing import Any

from aem_mail.model import Properties


def identity(kind: str, properties: Properties, project: str | None = None) -> str:
    """Return the id that these inputs stand for.

    An OsgiConfig's id is its path relative to the absolute folder ``project``; without one, a relative ``directory`` is
    taken as it is. Raises ValueError where a part is missing or UNKNOWN.
    """
    raise NotImplementedError


def parse_identity(kind: str, identity: str) -> dict[str, Any]:
    """Return the inputs that an id tells; the inverse of `identity`. Raises ValueError for what is no id of that kind."""
    raise NotImplementedError


def claim_key(kind: str, properties: Properties, project: str | None = None) -> str | None:
    """Return the key that a run claims for the thing itself, or None while a part of it is missing or UNKNOWN.

    EnvVar and SecretEnvVar share one key space; a NetworkInfrastructure's key holds its kind and address space too, so
    that a replacement really deletes.
    """
    raise NotImplementedError
