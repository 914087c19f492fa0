"""Each change as one row: a replacement is one, though it is a creation and a deletion."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.kinds import decide
from aem_mail.kinds.keys import ALL_SERVICES
from aem_mail.kinds.osgi_config import configuration_path
from aem_mail.kinds.requests import Operation
from aem_mail.model import UNKNOWN, Properties
from aem_mail.plan.changes import UNKNOWN_ID, Change
from aem_mail.stack.values import MASKED

REPLACE: Final = "replace"


@dataclass(frozen=True, slots=True)
class Row:
    """A change as it is told. ``thing`` says what it is about, in the words of the API; never a variable's value.

    ``state_only``: nothing is sent for it; ``kept``: it leaves the state, and what is live stays; ``adopted``: it is there as declared.
    """

    operation: str
    kind: str
    name: str
    urn: str
    program_id: str | None
    environment_id: str | None
    thing: str
    moved: tuple[str, ...]
    state_only: bool
    kept: bool
    adopted: bool


def rows_of(changes: Iterable[Change]) -> list[Row]:
    """Return the rows, sorted by environment, kind and name."""
    found: dict[tuple[str, str], Row] = {}
    for change in changes:
        row = _row(change)
        if change.replacement and change.operation is Operation.DELETE:
            found.setdefault((row.urn, row.operation), row)
        else:
            found[row.urn, row.operation] = row
    return sorted(found.values(), key=lambda row: (row.program_id or "", row.environment_id or "", row.kind, row.name, row.operation))


def thing_of(kind: str, properties: Properties) -> str:
    """Say what a resource stands for."""
    match kind:
        case "NetworkInfrastructure":
            return f"{_told(properties.get('kind'))} in {_told(properties.get('region'))}"
        case "PortForward":
            return f"{_told(properties.get('port_orig'))} → {_told(properties.get('name'))}:{_told(properties.get('port_dest'))}"
        case "EnvVar" | "SecretEnvVar":
            service = properties.get("service")
            return f"{_told(properties.get('name'))} ({'all services' if service in (None, ALL_SERVICES) else _told(service)})"
        case "OsgiConfig":
            return _path(properties)
        case _:
            return "advanced networking"


def _row(change: Change) -> Row:
    environment = change.environment
    of_a_file = change.kind == "OsgiConfig"
    return Row(
        REPLACE if change.replacement else str(change.operation),
        change.kind,
        change.name,
        change.urn,
        None if of_a_file else change.program_id,
        None if environment is None else environment.environment_id,
        thing_of(change.kind, change.properties),
        change.moved,
        change.operation is Operation.UPDATE and decide(change.kind, change.recorded, change.wanted).state_only,
        _stays(change),
        change.adopted,
    )


def _stays(change: Change) -> bool:
    """Say whether what is live outlives the resource, as far as the stack alone knows."""
    source_code = change.kind == "OsgiConfig" and change.operation is Operation.DELETE and not change.recorded.get("delete_file")
    return (change.kept and not change.replacement) or source_code


def _path(properties: Properties) -> str:
    directory, pid, run_mode = properties.get("directory"), properties.get("pid"), properties.get("run_mode")
    if not isinstance(directory, str) or not isinstance(pid, str) or run_mode is UNKNOWN:
        return UNKNOWN_ID
    return configuration_path(directory, pid, run_mode)


def _told(value: Any) -> str:
    return UNKNOWN_ID if value in (None, UNKNOWN, MASKED) else str(value)
