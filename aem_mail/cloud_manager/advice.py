"""The next step that an error's text names."""

from typing import Final
from urllib.parse import urlsplit

from aem_mail.cloud_manager.call import BUSINESS_OWNER, Call
from aem_mail.cloud_manager.connection import Connection
from aem_mail.cloud_manager.outcome import Answered, Lost, asked_for
from aem_mail.errors import ApiError, BadRequest, Busy, NotAuthenticated, NotFound, NotPermitted, RateLimited, ServerError

_LONGEST_PAUSE: Final = 86400.0
"""Seconds; a server that asks for more than a day means nothing by it."""
_PERMISSIONS: Final = "Network Infrastructure Manage, Environment Edit or Environment Variables Manage, as the request needs"
"""Permissions of custom profiles, by Adobe's page on them (2026)."""


def next_step(kind: type[ApiError], call: Call, answer: Answered, connection: Connection) -> str:
    """What to do about an answer that was turned into this kind of error."""
    if kind is NotAuthenticated:
        return _renewal(connection)
    if kind is NotPermitted:
        return _permission(call, connection)
    if kind is RateLimited:
        seconds = asked_for(answer)
        when = f"in {round(seconds)} s" if seconds and seconds <= _LONGEST_PAUSE else "later"
        return f"Too many requests: run again {when}."
    steps = {
        BadRequest: "Correct what is named and run again.",
        NotFound: (
            f"Check the ids, and that they belong to organization {connection.org_id}: "
            "what the credential may not see is answered as if it were not there."
        ),
        Busy: "Another change is under way: run again when it has ended.",
        ServerError: "The server failed: run again later, and give Adobe's support the request id if it stays so.",
    }
    return steps.get(kind, "Ask Adobe's support with the request id.")


def reach(lost: Lost, server: str) -> str:
    """What to do about a server that gave no answer; ``server`` is its base URL."""
    if lost.nobody_listens:
        return (
            "Nothing listens there: start the simulator with `aem-mail simulate --env` in the project, or with "
            f"`aem-mail simulate{_port_option(server)}`, or set CLOUDMANAGER_BASE_URL (aem-mail:baseUrl) to the server that is meant."
        )
    if lost.certificate:
        return "If a proxy of your company signs in its name, set SSL_CERT_FILE (or REQUESTS_CA_BUNDLE) to the company's CA bundle."
    if lost.sent:
        return "Run again."
    return "Check the network, the base URLs, and HTTPS_PROXY and NO_PROXY."


def _port_option(server: str) -> str:
    port = urlsplit(server).port
    return f" --port {port}" if port else ""


def _renewal(connection: Connection) -> str:
    came = f"The credentials came from {connection.source}. " if connection.source else ""
    if connection.access_token:
        fix = "An access token lasts about a day and is not renewed here: set a new one as CLOUDMANAGER_ACCESS_TOKEN"
    else:
        fix = (
            "See in the Adobe Developer Console whether the credential still exists, and set its client id and a valid client secret as "
            "CLOUDMANAGER_CLIENT_ID and CLOUDMANAGER_CLIENT_SECRET"
        )
    return f"{came}{fix}; environment variables win over the stack's configuration, also over what was recorded of it."


def _permission(call: Call, connection: Connection) -> str:
    profile = f"the product profile {_profiles(call)}" if call.profile else "a product profile of Cloud Manager"
    return (
        f"Check that the program belongs to organization {connection.org_id}, that the api key {connection.client_id} is that of a project "
        f"with the Cloud Manager API, and that the credential has {profile}."
    )


def _profiles(call: Call) -> str:
    also = "" if call.profile == BUSINESS_OWNER else "for networking, Business Owner also serves; "
    return f"{call.profile} ({also}or a custom profile with {_PERMISSIONS})"
