"""What the stack declares, as Pulumi reads its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from aem_mail.kinds.forms import default_port_orig
from tools.demo.errors import NotAsTold

PREFIX = "aem-mail:"
REFERENCE = "env:"


@dataclass(frozen=True)
class Declared:
    """The settings that the story needs; the variables are the names of those of the shell that the references read."""

    program: str
    environment: str
    egress: Mapping[str, Any]
    host: str
    port: int
    port_orig: int
    from_address: str
    osgi_directory: PurePosixPath
    username_variable: str
    password_variable: str


def declared(config: Mapping[str, Any]) -> Declared:
    """Read what `pulumi config --json` prints."""
    smtp, osgi, egress = (value(config, key) for key in ("smtp", "osgi", "egress"))
    port = int(smtp["port"])
    return Declared(
        program=value(config, "programId"),
        environment=value(config, "environmentId"),
        egress=egress,
        host=smtp["host"],
        port=port,
        port_orig=int(smtp.get("portOrig") or default_port_orig(port)),
        from_address=value(config, "fromAddress"),
        osgi_directory=PurePosixPath(osgi["directory"]),
        username_variable=variable(value(config, "usernameFrom")),
        password_variable=variable(value(config, "passwordFrom")),
    )


def value(config: Mapping[str, Any], key: str) -> Any:
    found = config.get(PREFIX + key)
    if found is None:
        raise NotAsTold(f"the stack does not set {PREFIX}{key}")
    return found["objectValue"] if "objectValue" in found else found["value"]


def variable(reference: str) -> str:
    if not reference.startswith(REFERENCE):
        raise NotAsTold(f"the stack refers to {reference}, but the demo gives credentials by environment variables only")
    return reference.removeprefix(REFERENCE)
