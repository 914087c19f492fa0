"""What makes a connection usable. The ready token wins where a connection has both credentials."""

from collections.abc import Iterator

from aem_mail.errors import Problem
from aem_mail.model import Connection
from aem_mail.settings.connection import HEADER_VALUE, url_fault

__all__ = ["Connection", "problems"]


def problems(connection: Connection) -> tuple[Problem, ...]:
    """Say everything that makes a connection unusable, under the names of the settings; empty if nothing does."""
    urls = (("baseUrl", connection.base_url), ("imsUrl", connection.ims_url))
    return (
        *(Problem(name, fault) for name, url in urls if (fault := url_fault(url)) is not None),
        *_credential_problems(connection),
    )


def _credential_problems(connection: Connection) -> Iterator[Problem]:
    unusable = "holds a space, a line break or another character that cannot be part of it; copy it again"
    for name, value in (("orgId", connection.org_id), ("clientId", connection.client_id)):
        if not value:
            yield Problem(name, "is missing")
        elif not HEADER_VALUE.fullmatch(value):
            yield Problem(name, unusable)
    if connection.access_token:
        if not HEADER_VALUE.fullmatch(connection.access_token):
            yield Problem("accessToken", unusable)
    elif not connection.client_secret:
        yield Problem("clientSecret", "is missing, and there is no accessToken instead")
