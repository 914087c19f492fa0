"""Normal forms: one way to write each value, so that comparing two states means comparing what they say."""

from typing import Any

from aem_mail.model import Properties


def normalise(kind: str, properties: Properties) -> dict[str, Any]:
    """Return the properties in normal form; it never raises, and a second time changes nothing.

    ``kind`` is NetworkInfrastructure, AdvancedNetworking, PortForward, EnvVar, SecretEnvVar or OsgiConfig.
    None means "not given" and is dropped; whole floats become integers; ids become strings of digits; hosts lose capitals
    and one trailing dot; lists that are sets are sorted and without duplicates; ``port_orig`` gets its default
    30000 + ``port_dest`` where that lies in 30000–30999, and is UNKNOWN where ``port_dest`` is. Values of the wrong type
    stay as they are, for the rules to report; UNKNOWN and unlisted fields pass.
    """
    raise NotImplementedError
