"""What names a resource: its id, derived from its inputs, and the key under which a run claims it."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any, Final

from aem_mail.model import UNKNOWN, Properties

ALL_SERVICES: Final = "all"
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "NetworkInfrastructure": ("program_id", "region"),
    "AdvancedNetworking": ("program_id", "environment_id"),
    "PortForward": ("program_id", "environment_id", "port_orig"),
    "EnvVar": ("program_id", "environment_id", "service", "name"),
    "SecretEnvVar": ("program_id", "environment_id", "service", "name"),
    "OsgiConfig": ("directory", "run_mode", "pid"),
}
"""The inputs that an id is made of: a change of one of them makes another thing."""

OPTIONAL_PARTS: Final = frozenset({"service", "run_mode"})
OSGI_PATH: Final = re.compile(r"(?P<directory>.+)/config(?:\.(?P<run_mode>[^/]+))?/(?P<pid>[^/]+)\.cfg\.json")


def identity(kind: str, properties: Properties, project: str | None = None) -> str:
    """Return the id that these inputs stand for.

    An OsgiConfig's id is its path relative to the absolute folder ``project``; without one, ``directory`` is taken as it is.
    Raises ValueError where a part is missing or UNKNOWN, or a directory is no text.
    """
    parts = {name: properties.get(name) for name in PARTS[kind]}
    missing = [name for name, part in parts.items() if part is UNKNOWN or (part is None and name not in OPTIONAL_PARTS)]
    if missing:
        raise ValueError(f"an id of {kind} needs {', '.join(missing)}")
    if kind == "OsgiConfig":
        if not isinstance(properties["directory"], str):
            raise ValueError("the directory of an OsgiConfig is a text")
        return configuration_path(properties["directory"], properties["pid"], properties.get("run_mode"), project)
    return "/".join(ALL_SERVICES if part is None else str(part) for part in parts.values())


def configuration_path(directory: str, pid: str, run_mode: str | None = None, project: str | None = None) -> str:
    """Return the path of a configuration's file, relative to ``project`` where that is given, with ``/`` as separator."""
    folder = f"config.{run_mode}" if run_mode else "config"
    return posixpath.join(relative_directory(directory, project), folder, f"{pid}.cfg.json")


def relative_directory(directory: str, project: str | None) -> str:
    """Return ``directory`` relative to the absolute folder ``project``, so that both ways to write it are one."""
    if project is None:
        return directory
    return posixpath.relpath(posixpath.join(project, directory), project)


def parse_identity(kind: str, identity: str) -> dict[str, Any]:
    """Return the inputs that an id tells; the inverse of `identity`. Raises ValueError for what is no id of that kind."""
    if kind == "OsgiConfig":
        path = OSGI_PATH.fullmatch(identity)
        if path is None:
            raise ValueError(f"{identity!r} is no path of an OSGi configuration")
        return {name: part for name, part in path.groupdict().items() if part is not None}
    texts = identity.split("/")
    names = PARTS[kind]
    if len(texts) != len(names) or not all(texts):
        raise ValueError(f"{identity!r} is no id of {kind}: expected {'/'.join(names)}")
    parts: dict[str, Any] = dict(zip(names, texts, strict=True))
    if parts.get("service") == ALL_SERVICES:
        del parts["service"]
    if kind == "PortForward":
        parts["port_orig"] = int(parts["port_orig"])
    return parts


def claim_key(kind: str, properties: Properties, project: str | None = None) -> str | None:
    """Return the key that a run claims for the thing itself, or None while a part of it is missing or UNKNOWN.

    EnvVar and SecretEnvVar share one key space; a NetworkInfrastructure's key holds its kind and address space too, so
    that a replacement really deletes.
    """
    try:
        name = identity(kind, properties, project)
    except ValueError:
        return None
    if kind == "NetworkInfrastructure":
        fixed = [properties.get("kind"), *listed(properties.get("address_space"))]
        return None if UNKNOWN in fixed else " ".join((kind, name, *map(str, fixed)))
    return f"{'EnvVar' if kind == 'SecretEnvVar' else kind} {name}"


def listed(value: Any) -> list[Any]:
    """Return a list as it is, nothing as no entry, and anything else as one entry."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
