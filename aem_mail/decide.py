"""What moved between the recorded state and the wanted one, and what that costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.fingerprint import change_reason
from aem_mail.identity import PARTS, claim_key, identity, parse_identity, relative_directory
from aem_mail.model import UNKNOWN, Properties
from aem_mail.normal import normalise
from aem_mail.replacement import fixed_inputs, replacement_problem, replacement_steps

__all__ = ["Verdict", "claim_key", "decide", "differs", "identity", "parse_identity", "replacement_problem", "replacement_steps"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `decide` says.

    ``moved`` names the inputs that differ, ``replaces`` those among them that force a new resource. With ``state_only``
    the update has nothing to send: only the state has to record the new inputs. ``reasons`` says in words what the inputs
    alone do not show, such as a fingerprint that cannot be compared.
    """

    moved: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False
    state_only: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything moved."""
        return bool(self.moved)


ENVIRONMENT: Final = ("program_id", "environment_id")
COMPARED: Final[Mapping[str, tuple[str, ...]]] = {
    "NetworkInfrastructure": ("program_id", "region", "kind", "address_space", "is_primary_region", "dns", "connections", "timeout"),
    "AdvancedNetworking": (*ENVIRONMENT, "non_proxy_hosts", "infrastructure_kind", "infrastructure_region", "timeout"),
    "PortForward": (*ENVIRONMENT, "port_orig", "name", "port_dest", "timeout"),
    "EnvVar": (*ENVIRONMENT, "service", "name", "value", "timeout"),
    "SecretEnvVar": (*ENVIRONMENT, "service", "name", "value", "value_from", "rotate_when", "expires_at", "timeout"),
    "OsgiConfig": ("directory", "run_mode", "pid", "properties", "delete_file"),
}
"""The inputs that count. Policies that only `check` and `create` read (on_conflict, allow_replace) are not among them, since
the engine hands those the new inputs; what a later `delete` or a report takes from the state (timeout, delete_file,
expires_at) is."""

NEVER_SENT: Final = frozenset({"timeout", "delete_file", "expires_at", "infrastructure_kind", "infrastructure_region"})
"""Inputs that only the state has to record: Cloud Manager and the file know nothing of them."""

SENT_IF_DECLARED: Final = frozenset({"non_proxy_hosts", "rotate_when"})
"""Inputs whose removal from the declaration means "not managed any more": what is live stays as it is."""

Changes = dict[str, bool]
"""The inputs that moved, and of each whether there is something to send for it."""


def decide(kind: str, recorded: Properties, wanted: Properties, project: str | None = None) -> Verdict:
    """Say which declared inputs moved between two states; both are brought into normal form first.

    Computed outputs, Pulumi's own keys, ``logical_name``, ``on_conflict`` and ``allow_replace`` never count. UNKNOWN counts
    as moved, because a no-op cannot be promised. A part of the id replaces, create first; a network infrastructure's kind,
    region and address space replace, delete first. ``project`` is the folder that an OsgiConfig's directory is relative to.

    A SecretEnvVar's ``fingerprint`` counts only where a reference is involved; one that could not be read is expected
    without fingerprint, or, if ``value_from`` is the recorded one, with the recorded fingerprint.
    """
    recorded, wanted = normalise(kind, recorded), normalise(kind, wanted)
    changes = changes_of(kind, recorded, wanted, project)
    replaces = tuple(name for name in changes if name in replacing_inputs(kind, recorded, wanted))
    return Verdict(
        moved=tuple(changes),
        replaces=replaces,
        delete_before_replace=kind == "NetworkInfrastructure" and bool(replaces) and "program_id" not in replaces,
        state_only=bool(changes) and not replaces and not any(changes.values()),
        reasons=secret_reasons(recorded, wanted) if "fingerprint" in changes else (),
    )


def differs(recorded: Any, wanted: Any) -> bool:
    """Compare JSON values strictly (true is not 1); UNKNOWN differs from everything, also from itself."""
    if UNKNOWN in (recorded, wanted) or isinstance(recorded, bool) is not isinstance(wanted, bool):
        return True
    if isinstance(recorded, Mapping) and isinstance(wanted, Mapping):
        return recorded.keys() != wanted.keys() or any(differs(value, wanted[name]) for name, value in recorded.items())
    if isinstance(recorded, list) and isinstance(wanted, list):
        return len(recorded) != len(wanted) or any(map(differs, recorded, wanted))
    return bool(recorded != wanted)


def replacing_inputs(kind: str, recorded: Properties, wanted: Properties) -> frozenset[str]:
    return frozenset(PARTS[kind]) | frozenset(fixed_inputs(recorded, wanted) if kind == "NetworkInfrastructure" else ())


def changes_of(kind: str, recorded: Properties, wanted: Properties, project: str | None) -> Changes:
    if kind == "OsgiConfig":
        recorded, wanted = with_relative_directory(recorded, project), with_relative_directory(wanted, project)
    changes = {name: is_sent(name, wanted) for name in COMPARED[kind] if differs(recorded.get(name), wanted.get(name))}
    if kind == "SecretEnvVar":
        return secret_changes(changes, recorded, wanted)
    if kind == "NetworkInfrastructure":
        return infrastructure_changes(changes, recorded, wanted)
    return changes


def is_sent(name: str, wanted: Properties) -> bool:
    return name not in NEVER_SENT and (name not in SENT_IF_DECLARED or wanted.get(name) is not None)


def with_relative_directory(properties: Properties, project: str | None) -> Properties:
    directory = properties.get("directory")
    return {**properties, "directory": relative_directory(directory, project)} if isinstance(directory, str) else properties


def infrastructure_changes(changes: Changes, recorded: Properties, wanted: Properties) -> Changes:
    """Leave the choice of the primary region to its owner: undeclared it never moves, declared anew it is only recorded."""
    if wanted.get("is_primary_region") is None:
        return {name: sent for name, sent in changes.items() if name != "is_primary_region"}
    if recorded.get("is_primary_region") is None and "is_primary_region" in changes:
        return {**changes, "is_primary_region": False}
    return changes


def secret_changes(changes: Changes, recorded: Properties, wanted: Properties) -> Changes:
    if not has_content(wanted):
        return dict.fromkeys(changes, False)
    moved = content_moved(recorded, wanted)
    changes = {name: moved if name in {"value", "value_from"} else sent for name, sent in changes.items()}
    return {**changes, "fingerprint": True} if moved and "value" not in changes else changes


def has_content(properties: Properties) -> bool:
    return properties.get("value") is not None or properties.get("value_from") is not None


def content_moved(recorded: Properties, wanted: Properties) -> bool:
    """Say whether the secret has to be written: values are compared where both are declared, fingerprints elsewhere."""
    old_value, new_value = recorded.get("value"), wanted.get("value")
    if old_value is not None and new_value is not None:
        return differs(old_value, new_value)
    if not has_content(recorded) or UNKNOWN in (new_value, wanted.get("value_from")):
        return True
    unread = wanted.get("fingerprint") is None
    if unread:
        return differs(recorded.get("value_from"), wanted.get("value_from"))
    return differs(recorded.get("fingerprint"), wanted.get("fingerprint"))


def secret_reasons(recorded: Properties, wanted: Properties) -> tuple[str, ...]:
    old, new = recorded.get("fingerprint"), wanted.get("fingerprint")
    if isinstance(old, str) and isinstance(new, str) and not differs(recorded.get("value_from"), wanted.get("value_from")):
        return (change_reason(old, new),)
    return ()
