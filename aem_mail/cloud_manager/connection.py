"""What makes a connection usable. The ready token wins where a connection has both credentials."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

from aem_mail.errors import Problem
from aem_mail.loopback import is_loopback
from aem_mail.model import Connection

__all__ = ["Connection", "origin", "problems"]

_HEADER_VALUE: Final = re.compile(r"[!-~]+")


def problems(connection: Connection) -> tuple[Problem, ...]:
    """Say everything that makes a connection unusable, under the names of the settings; empty if nothing does."""
    return (
        *_url_problems("baseUrl", connection.base_url),
        *_url_problems("imsUrl", connection.ims_url),
        *_credential_problems(connection),
    )


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port by which two URLs are the same origin; raises ValueError for what is no URL."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _url_problems(name: str, url: str) -> Iterator[Problem]:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        yield Problem(name, "is not a URL; write it as https://host")
        return
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isprintable():
        yield Problem(name, "is not a URL; write it as https://host")
    elif parts.scheme == "http" and not is_loopback(parts.hostname):
        yield Problem(name, "must begin with https://; http:// is accepted for this machine only, because it shows the credentials")
    elif not _is_bare(parts):
        yield Problem(name, "must be a base without user, path, query or fragment, as in https://cloudmanager.adobe.io")


def _is_bare(parts: SplitResult) -> bool:
    return not ("@" in parts.netloc or parts.path.strip("/") or parts.query or parts.fragment)


def _credential_problems(connection: Connection) -> Iterator[Problem]:
    unusable = "holds a space, a line break or another character that cannot be part of it; copy it again"
    for name, value in (("orgId", connection.org_id), ("clientId", connection.client_id)):
        if not value:
            yield Problem(name, "is missing")
        elif not _HEADER_VALUE.fullmatch(value):
            yield Problem(name, unusable)
    if connection.access_token:
        if not _HEADER_VALUE.fullmatch(connection.access_token):
            yield Problem("accessToken", unusable)
    elif not connection.client_secret:
        yield Problem("clientSecret", "is missing, and there is no accessToken instead")
