"""A network infrastructure of the state as JSON and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aem_mail.simulator.api.fields import Fields
from aem_mail.simulator.state.secret import Secret, is_fingerprint
from aem_mail.simulator.state.values import Infrastructure, VpnConnection

KINDS = ("vpn", "dedicatedEgressIp", "flexiblePortEgress")
STATUSES = ("ready", "creating", "updating", "deleting", "deleted", "failed", "error")
DERIVED = ("programId", "statusDetails", "_links")
"""Fields of an answer that the state does not hold."""
ID = re.compile(r"[0-9]{1,18}")
LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()


def infrastructure_json(infrastructure: Infrastructure) -> dict[str, Any]:
    document: dict[str, Any] = {
        **infrastructure.other_fields,
        "id": infrastructure.id,
        "kind": infrastructure.kind,
        "region": infrastructure.region,
        "isPrimaryRegion": infrastructure.is_primary_region,
        "status": infrastructure.status,
    }
    if infrastructure.created is not None:
        document["created"] = iso(infrastructure.created)
    if infrastructure.updated is not None:
        document["updated"] = iso(infrastructure.updated)
    if infrastructure.kind == "vpn":
        document["addressSpace"] = list(infrastructure.address_space)
        document["connections"] = [connection_json(each, shared_key=each.shared_key.fingerprint) for each in infrastructure.connections]
    if infrastructure.dns is not None:
        document["dns"] = infrastructure.dns
    if infrastructure.known_names is not None:
        document["knownNames"] = list(infrastructure.known_names)
    return document


def connection_json(connection: VpnConnection, *, shared_key: str | None = None) -> dict[str, Any]:
    """A connection; without its key unless a form of it is given, since the API never returns it."""
    known = {"name": connection.name, "gateway": connection.gateway, "ipsecPolicy": connection.ipsec_policy}
    document = {**connection.other_fields, **known}
    return document if shared_key is None else {**document, "sharedKey": shared_key}


def infrastructure_from_json(fields: Fields, held: Mapping[str, Secret]) -> Infrastructure:
    """Read one, with fields that the specification does not know; its id is empty where the document leaves it to the simulator."""
    infrastructure = Infrastructure(
        id=fields.optional_text("id", pattern=ID) or "",
        kind=fields.text("kind", choices=KINDS),
        region=fields.text("region"),
        is_primary_region=fields.flag("isPrimaryRegion") or False,
        status=fields.optional_text("status", choices=STATUSES) or "ready",
        address_space=fields.texts("addressSpace") or (),
        dns=fields.mapping("dns") if "dns" in fields else None,
        known_names=fields.texts("knownNames"),
        connections=tuple(_connection(each, held) for each in fields.objects("connections") or ()),
        created=_moment(fields, "created"),
        updated=_moment(fields, "updated"),
        other_fields=fields.rest(but=(*DERIVED, "sharedKey")),
    )
    fields.done(DERIVED)
    return infrastructure


def iso(moment: float) -> str:
    """A simulated time as the API writes it, to the second and at most the last one of the year 9999."""
    return datetime.fromtimestamp(int(min(moment, LATEST)), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _connection(fields: Fields, held: Mapping[str, Secret]) -> VpnConnection:
    key = fields.text("sharedKey", shown=False)
    connection = VpnConnection(
        name=fields.text("name"),
        gateway=fields.mapping("gateway"),
        ipsec_policy=fields.mapping("ipsecPolicy"),
        shared_key=held.get(key, Secret(key)) if is_fingerprint(key) else Secret.of(key),
        other_fields=fields.rest(),
    )
    fields.done()
    return connection


def _moment(fields: Fields, field: str) -> float | None:
    text = fields.optional_text(field)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC).timestamp()
    except ValueError:
        fields.refuse(field, "must be a date and time, like 2026-01-31T12:00:00Z", text)
        return None
