"""Mail servers as JSON: `{host, port, tls, users: {name: password}, …}`, secrets shown as fingerprints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast, get_args

from aem_mail.simulator.api.fields import Fields
from aem_mail.simulator.state.oauth_json import oauth_client_from_json, oauth_client_json
from aem_mail.simulator.state.secret import Secret, secret_from_json
from aem_mail.simulator.state.values import PASSWORD_MECHANISMS, BasicAuth, MailServer, TlsMode

TLS_MODES: tuple[TlsMode, ...] = get_args(TlsMode)
BASIC_AUTH: tuple[BasicAuth, ...] = get_args(BasicAuth)
HOST = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def mail_server_json(server: MailServer) -> dict[str, Any]:
    """Return the server; what is as usual is left out."""
    users = {name: password.fingerprint for name, password in server.users.items()}
    document: dict[str, Any] = {"host": server.host, "port": server.port, "tls": server.tls, "users": users}
    if server.basic_auth != BASIC_AUTH[0]:
        document["basicAuth"] = server.basic_auth
    if server.mechanisms != PASSWORD_MECHANISMS:
        document["mechanisms"] = list(server.mechanisms)
    if server.oauth is not None:
        document["oauth"] = oauth_client_json(server.oauth)
    return document


def mail_server_from_json(fields: Fields, held: Mapping[str, Secret]) -> MailServer:
    users, oauth = fields.object("users"), fields.object("oauth")
    server = MailServer(
        host=fields.text("host", pattern=HOST),
        port=fields.integer("port", minimum=1, maximum=65535),
        tls=cast(TlsMode, fields.text("tls", choices=TLS_MODES)),
        users={} if users is None else {name: secret_from_json(users, name, held) for name in users},
        basic_auth=cast(BasicAuth, fields.optional_text("basicAuth", choices=BASIC_AUTH) or BASIC_AUTH[0]),
        mechanisms=_mechanisms(fields),
        oauth=None if oauth is None else oauth_client_from_json(oauth, held),
    )
    fields.done()
    return server


def _mechanisms(fields: Fields) -> tuple[str, ...]:
    given = fields.texts("mechanisms")
    if given is None:
        return PASSWORD_MECHANISMS
    for unknown in set(given).difference(PASSWORD_MECHANISMS):
        fields.refuse("mechanisms", f"must be among {', '.join(PASSWORD_MECHANISMS)}", unknown)
    return tuple(each for each in PASSWORD_MECHANISMS if each in given)
