"""The state in a file, so that it survives a restart.

Secrets in it are encrypted, with a key that lies in a file beside it. That keeps them out of a careless `cat`, a backup of
one file, a screen; it protects nothing from whoever reads both files. The simulator is for invented secrets.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from aem_mail.files import FileAbsent, FileUnusable, read_bytes, write_private
from aem_mail.simulator.api.fields import FieldProblems, Fields
from aem_mail.simulator.api.problems import Problem
from aem_mail.simulator.state.changes_json import changes_json, with_changes
from aem_mail.simulator.state.clock import SimulatedClock
from aem_mail.simulator.state.infrastructure_json import LATEST
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.state_json import secrets_of, state_from_json, state_json
from aem_mail.simulator.state.values import SimulatorState

_VERSION = 1
_LARGEST = 64 * 1024 * 1024
_LARGEST_KEY = 1024


class StorageError(Exception):
    """A state file that cannot be read; the message names it and what to do."""


class Storage:
    """One state file and the key file beside it, `<file>.key`, both readable by their owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.key_path = path.with_name(f"{path.name}.key")

    def load(self, wall: float, scale: float) -> tuple[SimulatorState, SimulatedClock] | None:
        """The state and a clock that goes on from where the stored one was, or None where there is no file yet.

        The clock stands still while no simulator runs.
        """
        try:
            stored = read_bytes(self.path, _LARGEST)
        except FileAbsent:
            return None
        except FileUnusable as error:
            raise StorageError(str(error)) from error
        try:
            return _read(json.loads(stored), Fernet(read_bytes(self.key_path, _LARGEST_KEY)), wall, scale)
        except FileAbsent as error:
            raise StorageError(
                f"{self.key_path} is missing, without which {self.path} cannot be read; delete the state file to start again"
            ) from error
        except (ValueError, TypeError, RecursionError, OverflowError, InvalidToken, Problem, FileUnusable) as error:
            reason = str(error) or "the key does not fit"
            raise StorageError(f"{self.path} is not a state file of the simulator ({reason}); delete it to start again") from error

    def save(self, state: SimulatorState, clock: SimulatedClock, wall: float) -> None:
        """Write everything, all or nothing. Raises FileUnusable."""
        document = _write(state, min(clock.at(wall), LATEST), self._cipher())
        write_private(self.path, json.dumps(document, indent=2).encode())

    def _cipher(self) -> Fernet:
        try:
            return Fernet(read_bytes(self.key_path, _LARGEST_KEY))
        except FileAbsent:
            write_private(self.key_path, Fernet.generate_key())
        return Fernet(read_bytes(self.key_path, _LARGEST_KEY))


def _write(state: SimulatorState, now: float, cipher: Fernet) -> dict[str, Any]:
    secrets = {key: cipher.encrypt((secret.value or "").encode()).decode() for key, secret in secrets_of(state).items()}
    return {
        "version": _VERSION,
        "clock": now,
        "lastInfrastructureId": state.last_infrastructure_id,
        "state": state_json(state),
        "changes": changes_json(state),
        "secrets": secrets,
    }


def _read(document: Any, cipher: Fernet, wall: float, scale: float) -> tuple[SimulatorState, SimulatedClock]:
    findings = FieldProblems("Invalid state file")
    fields = Fields(document, "", findings)
    fields.integer("version", minimum=_VERSION, maximum=_VERSION)
    now = fields.optional_number("clock", maximum=LATEST)
    last_id = fields.integer("lastInfrastructureId", minimum=0)
    tokens = fields.required_object("secrets")
    encrypted = {key: tokens.text(key) for key in tokens}
    seed, changes = fields.mapping("state"), fields.mapping("changes")
    fields.done()
    findings.check()
    held = {key: Secret.of(cipher.decrypt(token).decode()) for key, token in encrypted.items()}
    state, _ = state_from_json(seed, smtp=(), held=held)
    clock = SimulatedClock.starting(wall, scale)
    return replace(with_changes(state, changes, held), last_infrastructure_id=last_id), clock if now is None else clock.set_to(now, wall)
