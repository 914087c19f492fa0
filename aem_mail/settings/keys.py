"""The configuration keys of this package, and the commands that set them."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

NAMESPACE: Final = "aem-mail"
PREFIX: Final = f"{NAMESPACE}:"
VARIABLES: Final = "secrets:"
"""How the keys begin that hold the values of secret variables, one each."""

CREDENTIALS: Final = ("baseUrl", "imsUrl", "orgId", "clientId", "clientSecret", "accessToken")
PROGRAM: Final = (
    *("programId", "environmentId", "egress", "smtp", "username", "password", "fromAddress", "usernameFrom", "passwordFrom"),
    *("usernameVariable", "passwordVariable"),
    *("onConflict", "osgi", "oauth", "timeouts", "allowPlaceholder", "services"),
)
SHARED: Final = ("programId", "environmentId", "onConflict", "timeouts", "allowPlaceholder")
"""Keys of the program that are not about the mail alone."""
BESIDE_THE_MAIL: Final = ("networkInfrastructures", "advancedNetworking", "portForwards", "variables", "variablesFile")
"""Keys of what a program declares besides its MailEgress."""
PROVIDER: Final = ("timeouts", "gathering")
ALL: Final = tuple(dict.fromkeys((*PROGRAM, *BESIDE_THE_MAIL, *CREDENTIALS, *PROVIDER)))

SECRETS: Final = frozenset({"clientSecret", "accessToken", "password", "username"})
REFERENCE: Final = "From"
"""How the keys end that say where a secret is read."""
SECRET_FIELDS: Final = (".sharedKey", ".clientSecret", ".refreshToken")

EXAMPLES: Final[Mapping[str, str]] = {
    "programId": "<program id>",
    "environmentId": "<environment id>",
    "egress.mode": "<managed or existing>",
    "egress.kind": "<flexiblePortEgress, dedicatedEgressIp or vpn>",
    "egress.region": "<region, such as va7>",
    "portForwards": "<rules by their port, as JSON>",
    "smtp.host": "<mail server>",
    "smtp.port": "<465 or 587>",
    "smtp.portOrig": "<30000 to 30999>",
    "smtp.former.host": "<former mail server>",
    "smtp.former.port": "<its port>",
    "smtp.former.portOrig": "<30000 to 30999>",
    "smtp.preset": "<sendgrid, microsoft365, …>",
    "oauth.clientId": "<client id>",
    "oauth.clientSecretFrom": "<env:NAME or file:PATH>",
    "oauth.provider": "<microsoft365 or google>",
    "oauth.refreshTokenFrom": "<env:NAME or file:PATH>",
    "oauth.tenant": "<tenant id>",
    "fromAddress": "<sender's address>",
    "usernameFrom": "<env:NAME or file:PATH>",
    "passwordFrom": "<env:NAME or file:PATH>",
    "orgId": "<organization id>",
    "clientId": "<client id>",
}
"""What stands for the value in a command; a secret's value is asked for by the command itself."""


def value_key(variable: str, service: str | None) -> str:
    """Return the key, in the namespace of secret variables, of the value of one: `NAME`, or `NAME-author`."""
    return variable if service is None else f"{variable}-{service}"


def set_command(key: str) -> str:
    """Return the command that sets a key; a path such as ``smtp.port`` sets one field of an object."""
    if is_secret(key):
        return secret_command(key)
    # Pulumi refuses a reference to a password that is not said to be no secret itself.
    plaintext = " --plaintext" if key.endswith(REFERENCE) else ""
    # A value of a path is made a number where it looks like one.
    as_text = " --type string" if key.startswith("variables.") else ""
    return f"`pulumi config set{path_option(key)}{plaintext}{as_text} {quoted(key)} {EXAMPLES.get(key, '<value>')}`"


def secret_command(key: str) -> str:
    """Return the command that sets a secret, whose value it asks for."""
    return f"`pulumi config set{path_option(key)} --secret {quoted(key)}`"


def remove_command(key: str) -> str:
    """Return the command that removes a key, or one field of an object."""
    return f"`pulumi config rm{path_option(key)} {quoted(key)}`"


def is_secret(key: str) -> bool:
    return key in SECRETS or key.endswith(SECRET_FIELDS)


def path_option(key: str) -> str:
    return " --path" if re.search(r"[.\[]", key) else ""


def quoted(key: str) -> str:
    """Return the full name of a key, in quotes where a shell would take its brackets for a pattern."""
    return f"'{PREFIX}{key}'" if "[" in key else f"{PREFIX}{key}"


def decoded(value: Any) -> Any:
    """Return a configured object from its JSON text; what is no such text stays as it is, for the rules to report."""
    if not isinstance(value, str):
        return value
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return found if isinstance(found, dict | list) else value
