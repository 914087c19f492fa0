"""A VPN's connections as they are live, and what an update makes of them; pure.

Since Cloud Manager 2026.7.0 a VPN has several connections, and a connection may route by BGP: then it has no static prefixes
(no gateway ``addressSpace``), but fields whose names Adobe does not publish. Connections are told apart by their name.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from aem_mail.model import Properties
from aem_mail.text.confidential import MASK
from aem_mail.text.words import listed

Connections = Sequence[Mapping[str, Any]]

CONNECTION: Final[Mapping[str, Any]] = {
    "name": None,
    "gateway": {"address": None, "addressSpace": None},
    "ipsecPolicy": dict.fromkeys(
        (
            *("dhGroup", "ikeEncryption", "ikeIntegrity", "ipsecEncryption", "ipsecIntegrity"),
            *("pfsGroup", "saDatasize", "saLifetime"),
        )
    ),
}
"""What of a connection can be declared, besides its shared key; the rest of an answer is Cloud Manager's own business."""

PREFIXES: Final = "gateway.addressSpace"
NO_PREFIXES: Final = f"no {PREFIXES}"


def updated(live: Connections, declared: Connections) -> list[Any]:
    """Return the connections as an update sends them: what is not declared of one is as it is there, and so is their order."""
    wanted = {connection.get("name"): connection for connection in declared}
    there = {connection.get("name"): connection for connection in live}
    kept = [over(connection, wanted[name]) for name, connection in there.items() if name in wanted]
    return [*kept, *(connection for name, connection in wanted.items() if name not in there)]


def by_name(connections: Connections) -> list[Mapping[str, Any]]:
    """Return connections in an order that does not depend on theirs."""
    return sorted(connections, key=lambda connection: str(connection.get("name")))


def over(live: Any, declared: Any) -> Any:
    """Lay what is declared over what is there."""
    if isinstance(live, Mapping) and isinstance(declared, Mapping):
        return {**live, **{name: over(live.get(name), value) for name, value in declared.items()}}
    return declared


def declared_before(recorded: Properties) -> frozenset[str]:
    """Name the connections that a stack has declared: only those are recorded with a shared key, and not what a refresh has found."""
    connections = recorded.get("connections") or ()
    return frozenset(str(one.get("name")) for one in connections if isinstance(one, Mapping) and one.get("sharedKey"))


def loss(live: Connections, declared: Connections, ours: AbstractSet[str], *, secret: bool = False) -> str | None:
    """Say on both sides why an update would drop or have to invent something that is not understood, None where it would not.

    ``ours`` names the connections that this stack has declared before: it may give those up. No shared key is part of the text; of
    connections that are ``secret`` nothing is but the names of fields.
    """
    there, wanted = _names(live), _names(declared)
    odd = {connection.get("name"): faults for connection in live if (faults := list(_not_understood(connection)))}
    invented = {one.get("name"): [f"{PREFIXES} {listed(_prefixes(one))}"] for one in declared if _prefixes(one) and _has_none(one, odd)}
    ambiguous = len(set(there)) != len(there)
    touched = bool(odd) and (set(there) != set(wanted) or bool(invented))
    dropped = len(there) > 1 and bool(set(there) - set(wanted) - ours)
    if not (ambiguous or touched or dropped):
        return None
    if secret:
        told = sorted({fault for faults in odd.values() for fault in faults})
        return f"it has connections {MASK}{f' ({listed(told)})' if told else ''}, and the stack declares {MASK}"
    return f"it has {_shown(there, odd)}, and the stack declares {_shown(wanted, invented)}"


def _names(connections: Connections) -> list[Any]:
    return [connection.get("name") for connection in by_name(connections)]


def _not_understood(connection: Mapping[str, Any]) -> Iterator[str]:
    """Name what of a live connection cannot be declared."""
    yield from _unknown(connection, CONNECTION)
    if not _prefixes(connection):
        yield NO_PREFIXES


def _prefixes(connection: Mapping[str, Any]) -> Sequence[str]:
    gateway = connection.get("gateway")
    return (gateway.get("addressSpace") if isinstance(gateway, Mapping) else None) or ()


def _unknown(live: Mapping[str, Any], known: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in live.items():
        if name not in known:
            yield f"{path}{name}"
        elif isinstance(value, Mapping):
            yield from _unknown(value, known[name] or {}, f"{path}{name}.")


def _has_none(declared: Mapping[str, Any], odd: Mapping[Any, Sequence[str]]) -> bool:
    """Say whether the live connection of that name is there without static prefixes."""
    return NO_PREFIXES in odd.get(declared.get("name"), ())


def _shown(names: Sequence[Any], remarks: Mapping[Any, Sequence[str]]) -> str:
    told = [f"{name} ({', '.join(remarks[name])})" if remarks.get(name) else str(name) for name in names]
    return f"connection{'' if len(told) == 1 else 's'} {listed(told) or 'none'}"
