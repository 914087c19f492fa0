"""The simulator as one object: the state, its clock, what happened to it and what is to go wrong with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aem_mail.simulator.api.tokens import Credential, Tokens
from aem_mail.simulator.control.faults import Faults
from aem_mail.simulator.control.journal import LONGEST_TEXT, Journal, JournalEntry
from aem_mail.simulator.state.clock import SimulatedClock
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.seed import default_mail_servers, default_seed
from aem_mail.simulator.state.state_json import secrets_of, state_from_json, state_json
from aem_mail.simulator.state.transitions import is_at_rest, settled, terminal
from aem_mail.simulator.state.values import MailServer, SimulatorState


class SimulatedWorld:
    """Safe to use from several threads. `lock` may be held around a read and the write that depends on it.

    `on_change` is called, with the lock held, after every change of the state or the clock.
    """

    def __init__(
        self,
        seed: SimulatorState | None = None,
        *,
        clock: SimulatedClock | None = None,
        credential: Credential | None = None,
        page_size: int | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.lock = threading.RLock()
        self.wall = wall
        self.clock = clock or SimulatedClock.starting(wall())
        self.credential = credential or Credential()
        self.page_size = page_size
        self.journal = Journal()
        self.faults = Faults()
        self.tokens = Tokens(self.credential)
        self.on_change: Callable[[], None] = lambda: None
        self._seed = default_seed() if seed is None else seed
        self._state, self._at_rest = self._seed, is_at_rest(self._seed)
        self._held = secrets_of(self._seed)

    @classmethod
    def seeded(
        cls, document: Any | None, *, time_scale: float, page_size: int | None = None, wall: Callable[[], float] = time.time
    ) -> SimulatedWorld:
        """A world from a seed as `/_sim/state` shows it, None for the default one; a `Problem` names everything wrong with it."""
        clock = SimulatedClock.starting(wall(), time_scale)
        if document is None:
            return cls(clock=clock, page_size=page_size, wall=wall)
        seed, now = state_from_json(document, smtp=default_mail_servers(), held={})
        return cls(seed, clock=clock if now is None else clock.set_to(now, wall()), page_size=page_size, wall=wall)

    def restore(self, state: SimulatorState, clock: SimulatedClock) -> None:
        """Go on from an earlier state and clock; the seed to go back to stays."""
        with self.lock:
            self.clock = clock
            self.commit(state)

    @property
    def now(self) -> float:
        """The simulated time, in seconds since the epoch."""
        return self.clock.at(self.wall())

    @property
    def token_now(self) -> float:
        return self.clock.token_time(self.wall())

    @property
    def state(self) -> SimulatorState:
        """The state at this moment: changes that are over are settled."""
        with self.lock:
            return self._state if self._at_rest else settled(self._state, self.now)

    def commit(self, state: SimulatorState) -> None:
        """Make `state` the state from now on."""
        with self.lock:
            self._remember(state)
            self._state, self._at_rest = state, is_at_rest(state)
            self.on_change()

    def to_json(self) -> dict[str, Any]:
        """What `GET /_sim/state` answers: how everything will be once the changes in progress are over."""
        with self.lock:
            return {"clock": self.now, **state_json(terminal(self._state))}

    def replace(self, document: Any) -> None:
        """Take a state in the form of a seed; raises a `Problem` that names everything wrong, and then nothing has changed."""
        with self.lock:
            state, clock = state_from_json(document, smtp=self._state.smtp, held=self._held)
            if clock is not None:
                self.clock = self.clock.set_to(clock, self.wall())
            self.commit(replace(state, last_infrastructure_id=max(state.last_infrastructure_id, self._state.last_infrastructure_id)))

    def set_smtp(self, servers: tuple[MailServer, ...]) -> None:
        with self.lock:
            self.commit(replace(self._state, smtp=servers))

    def held_secrets(self) -> dict[str, Secret]:
        """Every secret value seen since the start, by fingerprint."""
        with self.lock:
            return dict(self._held)

    def reset(self) -> None:
        """Go back to the seed and the first client secret, without faults, with an empty journal. The clock goes on, tokens stay good."""
        with self.lock:
            self.faults.clear()
            self.tokens.rotate(self.credential.client_secret)
            self.journal = Journal()
            self.commit(self._seed)

    def advance(self, seconds: float) -> None:
        with self.lock:
            self.clock = self.clock.advanced(seconds)
            self.on_change()

    def record(
        self, *, method: str, path: str, query: str, status: int | None, applied: bool, request_id: str, doubts: tuple[str, ...] = ()
    ) -> None:
        """Add a request to the journal, at this moment."""
        with self.lock:
            seq = self.journal.next_seq()
            shown = (path[:LONGEST_TEXT], query[:LONGEST_TEXT])
            self.journal.append(JournalEntry(seq, method, *shown, status, applied, self.now, self.wall(), request_id, doubts))

    def clear_journal(self) -> None:
        with self.lock:
            self.journal.clear()

    def _remember(self, state: SimulatorState) -> None:
        self._held |= secrets_of(state)
