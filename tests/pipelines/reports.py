"""Reports of previews, as `aem-mail plan` leaves them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def change(name: str, **different: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:dev::mail::aem:mail:MailEgress$pulumi-python:dynamic/aem:PortForward::{name}"
    fields = {"operation": "create", "kind": "PortForward", "name": name, "urn": urn, "programId": "10001", "environmentId": "20001"}
    return (
        fields | {"thing": "30465 → smtp.example.com:465", "changed": [], "stateOnly": False, "kept": False, "adopted": False} | different
    )


def plan(*changes: dict[str, Any], others: int = 0) -> dict[str, Any]:
    return {"changes": list(changes), "otherChanges": others, "cost": {"restarts": 1}, "notes": ["whatever"]}


def leave(
    folder: Path, stack: str, changes: Sequence[dict[str, Any]] | None, *, code: int = 0, text: str = "", tree: str = "a" * 40
) -> None:
    """Write the files of one stack's preview; ``changes`` None: it failed."""
    folder.mkdir(exist_ok=True)
    (folder / f"{stack}.exit").write_text(f"{code}\n")
    (folder / f"{stack}.tree").write_text(f"{tree}\n")
    (folder / f"{stack}.md").write_text(text or f"# Plan for stack {stack}: {len(changes or ())} changes\n")
    if changes is not None:
        (folder / f"{stack}.json").write_text(json.dumps(plan(*changes)))
