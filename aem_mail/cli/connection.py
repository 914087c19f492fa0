"""How a stack's Cloud Manager is reached."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Final

from aem_mail import settings
from aem_mail.model import Connection
from aem_mail.settings.connection import VARIABLES
from aem_mail.stack.stack import Stack

CREDENTIAL: Final = frozenset({"clientSecret", "accessToken"})


def connection_of(chosen: Stack, configured: Collection[str], *, by_now: bool) -> Connection:
    """Return how to reach Cloud Manager; ``configured`` are the keys, without prefix, that the stack's configuration has.

    Without ``by_now`` it had them at the last `pulumi up`, and may have others by now. Pulumi is asked for their values only where
    environment variables do not say it all. Raises InvalidInput and EngineFailed.
    """
    covered = {key for key, variable in VARIABLES.items() if os.environ.get(variable, "").strip()}
    needed = set(configured) & (set(VARIABLES) - covered)
    complete = {"orgId", "clientId"} <= covered and bool(covered & CREDENTIAL)
    if (by_now and not needed) or (complete and not needed - CREDENTIAL):
        return settings.connection(os.environ, {})
    return settings.connection(os.environ, settings.namespaced(chosen.configuration()))
