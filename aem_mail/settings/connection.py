"""How Cloud Manager is reached: environment variables first, then the stack's configuration."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from aem_mail.errors import InvalidInput, Problem
from aem_mail.model import Connection
from aem_mail.model.loopback import is_loopback
from aem_mail.model.stand_ins import EXPLANATION, is_stand_in
from aem_mail.settings.keys import CREDENTIALS, NAMESPACE, set_command

DEFAULT_BASE_URL: Final = "https://cloudmanager.adobe.io"
DEFAULT_IMS_URL: Final = "https://ims-na1.adobelogin.com"

VARIABLES: Final[Mapping[str, str]] = {
    "baseUrl": "CLOUDMANAGER_BASE_URL",
    "imsUrl": "CLOUDMANAGER_IMS_URL",
    "orgId": "CLOUDMANAGER_ORG_ID",
    "clientId": "CLOUDMANAGER_CLIENT_ID",
    "clientSecret": "CLOUDMANAGER_CLIENT_SECRET",
    "accessToken": "CLOUDMANAGER_ACCESS_TOKEN",
}
URLS: Final = ("baseUrl", "imsUrl")
ORGANIZATION: Final = "@AdobeOrg"
"""How the id of every organization ends."""
HEADER_VALUE: Final = re.compile(r"[!-~]+")

ENVIRONMENT_SOURCE: Final = "environment variables"
CONFIGURATION_SOURCE: Final = "stack configuration"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as found: its text, and the name under which the user gave it."""

    value: str
    name: str

    @property
    def from_environment(self) -> bool:
        return self.name in VARIABLES.values()


def connection(environ: Mapping[str, str], config: Mapping[str, Any]) -> Connection:
    """Return how to reach Cloud Manager; environment variables win over configuration, an empty value counts as none.

    Of ``clientSecret`` and ``accessToken`` one is taken: the one from the environment before the one from the configuration,
    and the token where both come from the same place. Raises InvalidInput that names every missing or wrong setting.
    """
    found = {key: setting for key in CREDENTIALS if (setting := find(key, environ, config)) is not None}
    credential = chosen_credential(found)
    problems = [*url_problems(found), *missing(found, credential), *unprintable(found), *unusable(found, credential)]
    if problems:
        raise InvalidInput("The connection to Cloud Manager", problems)
    base_url = text(found, "baseUrl", DEFAULT_BASE_URL).rstrip("/")
    return Connection(
        base_url=base_url,
        ims_url=text(found, "imsUrl", base_url if is_loopback(urlsplit(base_url).hostname) else DEFAULT_IMS_URL).rstrip("/"),
        org_id=found["orgId"].value,
        client_id=found["clientId"].value,
        client_secret=found["clientSecret"].value if credential == "clientSecret" else None,
        access_token=found["accessToken"].value if credential == "accessToken" else None,
        source=source([found["orgId"], found["clientId"], found[credential or ""]]),
    )


def find(key: str, environ: Mapping[str, str], config: Mapping[str, Any]) -> Setting | None:
    variable = VARIABLES[key]
    if value := environ.get(variable, "").strip():
        return Setting(value, variable)
    configured = config.get(key)
    value = "" if configured is None else str(configured).strip()
    return Setting(value, f"{NAMESPACE}:{key}") if value else None


def text(found: Mapping[str, Setting], key: str, default: str) -> str:
    return found[key].value if key in found else default


def chosen_credential(found: Mapping[str, Setting]) -> str | None:
    """Return which credential is used, so that a fresh one in the environment is never hidden by an old recorded one."""
    candidates = [key for key in ("accessToken", "clientSecret") if key in found]
    return next((key for key in candidates if found[key].from_environment), candidates[0] if candidates else None)


def source(settings: list[Setting]) -> str:
    """Say where the credentials came from."""
    places = {ENVIRONMENT_SOURCE if setting.from_environment else CONFIGURATION_SOURCE for setting in settings}
    return " and ".join(sorted(places))


def missing(found: Mapping[str, Setting], credential: str | None) -> Iterator[Problem]:
    for key in ("orgId", "clientId"):
        if key not in found:
            yield Problem(key, f"is missing; set {VARIABLES[key]}, or run {set_command(key)}")
    if credential is None:
        yield Problem(
            "clientSecret",
            f"is missing; set {VARIABLES['clientSecret']} (or a ready token in {VARIABLES['accessToken']}), "
            f"or run {set_command('clientSecret')}",
        )


def unprintable(found: Mapping[str, Setting]) -> Iterator[Problem]:
    for key, setting in found.items():
        if key not in URLS and HEADER_VALUE.fullmatch(setting.value) is None:
            yield Problem(setting.name, "holds a space, a line break or another character that cannot be part of it; copy it again")


def unusable(found: Mapping[str, Setting], credential: str | None) -> Iterator[Problem]:
    """Yield what Cloud Manager would refuse whatever is asked for; a value is not shown, since it may stand in the wrong place."""
    if credential is not None and is_stand_in(found[credential].value):
        yield Problem(found[credential].name, f"{EXPLANATION}; set it to the real one")
    organization = found.get("orgId")
    if organization is not None and HEADER_VALUE.fullmatch(organization.value) and not organization.value.endswith(ORGANIZATION):
        yield Problem(organization.name, f"must be the organization's id, which ends with {ORGANIZATION}; copy it whole")


def url_problems(found: Mapping[str, Setting]) -> Iterator[Problem]:
    for key in URLS:
        if key in found:
            fault = url_fault(found[key].value)
            if fault is not None:
                yield Problem(found[key].name, fault)


def url_fault(url: str) -> str | None:
    """Say what is wrong with a base URL; it is not shown, since it may hold a user's password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "is not a URL; write it as https://host"
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable() or " " in url:
        return "is not a URL; write it as https://host"
    if "@" in parts.netloc or parts.path.strip("/") or parts.query or parts.fragment:
        return f"must be a base without user, path, query or fragment, as in {DEFAULT_BASE_URL}"
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        return "must begin with https://; http:// is accepted for this machine only, because it shows the credentials"
    return None
