"""What the real engine leaves behind, in the checker's form: its state file and its log of events."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.soak.history import Operation, Recorded, Result, Step

STEPS: Mapping[str, Step] = {
    "same": Step.SAME,
    "create": Step.CREATE,
    "create-replacement": Step.CREATE,
    "update": Step.UPDATE,
    "delete": Step.DELETE,
    "delete-replaced": Step.DELETE,
    "refresh": Step.READ,
}


def recorded(backend: Path) -> tuple[Recorded, ...]:
    """Read the resources of this package from the state file of a folder's only stack; secrets in it are encrypted."""
    files = [path for path in (backend / ".pulumi" / "stacks").rglob("*.json") if path.is_file()]
    if not files:
        return ()
    latest = json.loads(files[0].read_text())["checkpoint"]["latest"] or {}
    return tuple(_recorded(one) for one in latest.get("resources", []) if "/aem:" in one["type"])


def _recorded(resource: Mapping[str, Any]) -> Recorded:
    return Recorded(
        name=_name(resource["urn"]),
        kind=_kind(resource["urn"]),
        id=resource.get("id", ""),
        inputs=resource.get("inputs", {}),
        outputs=resource.get("outputs", {}),
        init_errors=tuple(resource.get("initErrors", ())),
        pending_delete=bool(resource.get("delete")),
    )


def operations(log: Path) -> list[Operation]:
    """Read the steps of one run from its log of events, which may end in the middle."""
    events = list(_events(log))
    said: dict[str, list[str]] = {}
    for event in events:
        diagnosis = event.get("diagnosticEvent")
        if diagnosis and diagnosis.get("severity") == "error":
            said.setdefault(diagnosis.get("urn", ""), []).append(diagnosis["message"])
    found = [_operation(event, said) for event in events]
    return [operation for operation in found if operation is not None]


def _operation(event: Mapping[str, Any], said: Mapping[str, Sequence[str]]) -> Operation | None:
    failed, done = event.get("resOpFailedEvent"), event.get("resOutputsEvent")
    metadata = (failed or done or {}).get("metadata")
    if metadata is None or "/aem:" not in metadata["urn"] or metadata["op"] not in STEPS:
        return None
    urn, step = metadata["urn"], STEPS[metadata["op"]]
    if failed is None:
        return Operation(_name(urn), _kind(urn), step, Result.DONE)
    error = f"{_name(urn)}: {' '.join(said.get(urn, ['']))}"
    unready = "resource init failed" in error or "ready" in error.partition("\n")[0]
    return Operation(_name(urn), _kind(urn), step, Result.UNREADY if unready else Result.FAILED, error, "Traceback" not in error)


def _events(log: Path) -> Iterator[Mapping[str, Any]]:
    for line in log.read_text(errors="replace").splitlines() if log.exists() else ():
        try:
            yield json.loads(line)
        except ValueError:
            return


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[1]


def _kind(urn: str) -> str:
    return urn.rsplit("::", 2)[1].rsplit(":", 1)[1]
