"""Mail servers as JSON: `{host, port, tls, users: {name: password}}`, passwords shown as fingerprints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aem_mail.simulator.fields import Fields
from aem_mail.simulator.secret import Secret, is_fingerprint
from aem_mail.simulator.state import MailServer

TLS_MODES = ("implicit", "starttls", "none")
HOST = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def mail_server_json(server: MailServer) -> dict[str, Any]:
    users = {name: password.fingerprint for name, password in server.users.items()}
    return {"host": server.host, "port": server.port, "tls": server.tls, "users": users}


def mail_server_from_json(fields: Fields, held: Mapping[str, Secret]) -> MailServer:
    users = fields.object("users")
    server = MailServer(
        host=fields.text("host", pattern=HOST),
        port=fields.integer("port", minimum=1, maximum=65535),
        tls=fields.text("tls", choices=TLS_MODES),
        users={} if users is None else {name: _password(users, name, held) for name in users},
    )
    fields.done()
    return server


def _password(users: Fields, name: str, held: Mapping[str, Secret]) -> Secret:
    given = users.text(name, shown=False)
    if not is_fingerprint(given):
        return Secret.of(given)
    if given not in held:
        users.refuse(name, "a fingerprint of a password that is not held; give the password itself")
    return held.get(given, Secret(given))
