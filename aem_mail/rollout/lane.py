"""What the two kinds of change of an environment (networking, variables) have in common: converge and answer."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Generic, Protocol, TypeVar

from aem_mail.errors import AemMailError, BadRequest, Unconfirmed
from aem_mail.rollout.access import Access, EnvironmentGone, Sent
from aem_mail.rollout.gathering import Pending
from aem_mail.rollout.requests import Answer, Origin

MOST_WRITES: Final = 6
"""Changes that one batch may send: one is the rule, two where a variable's type changes, more only against other writers."""

Request = TypeVar("Request")
Live = TypeVar("Live")


class Plan(Protocol):
    """The next change and the answers so far; ``write`` is None where nothing is left to send."""

    @property
    def write(self) -> Any:
        """What to send."""

    @property
    def answers(self) -> Sequence[Answer | AemMailError]:
        """An answer or an error per request, in the requests' order."""

    @property
    def held(self) -> Sequence[int]:
        """Places of the requests that cannot be decided yet."""


class Lane(ABC, Generic[Request, Live]):
    """Carries out batches of one kind of request: read, merge, send, wait, read back, until merging yields nothing to send."""

    doing: str
    usually: str

    def __init__(self, access: Access) -> None:
        self.access = access

    def apply(self, batch: Sequence[Pending[Request]], finally_: bool) -> Sequence[Pending[Request]]:
        """Carry out one batch, as Gathering asks for it."""
        timeout = max(pending.timeout for pending in batch)
        rest = self.admit(batch, timeout)
        if not rest:
            return ()
        try:
            with self.access.exclusive(timeout):
                self.begin()
                return _Round(self, rest, timeout, finally_).run()
        except EnvironmentGone as error:
            self._answer_gone(rest, error)
            return ()

    def _answer_gone(self, batch: Sequence[Pending[Request]], error: EnvironmentGone) -> None:
        for pending in batch:
            if self.is_removal(pending.request):
                pending.future.set_result(Answer(note=f"{self.access.environment} does not exist any more: nothing was left to remove."))
            else:
                pending.future.set_exception(error)

    def admit(self, batch: Sequence[Pending[Request]], timeout: float) -> Sequence[Pending[Request]]:
        """Answer what cannot be done at all and return the rest; may wait for what the batch needs."""
        return batch

    def begin(self) -> None:
        """Make ready for a new batch."""

    @abstractmethod
    def read(self, timeout: float) -> Live:
        """Read what is live."""

    @abstractmethod
    def merge(self, live: Live, requests: Sequence[Request]) -> Plan:
        """Merge the requests into what is live; pure."""

    @abstractmethod
    def send(self, write: Any) -> None:
        """Send the plan's write."""

    @abstractmethod
    def sent(self, write: Any, outcome: Sent, before: Live) -> None:
        """Take note of a write that was accepted, or may have been."""

    @abstractmethod
    def is_removal(self, request: Request) -> bool:
        """Say whether a request takes something away."""

    @abstractmethod
    def blamed(self, request: Request, text: str) -> bool:
        """Say whether the API's refusal ``text`` speaks of this request."""

    @abstractmethod
    def trouble(self, request: Request, live: Live) -> AemMailError | None:
        """Say what went wrong with a request whose write was accepted, if the live state tells so."""

    @abstractmethod
    def outputs(self, request: Request, live: Live) -> dict[str, Any]:
        """Return what a resource records besides the answer's own outputs."""


class _Round(Generic[Request, Live]):
    """One batch on its way: what is still open, and what was promised with each change that was sent."""

    def __init__(self, lane: Lane[Request, Live], batch: Sequence[Pending[Request]], timeout: float, finally_: bool) -> None:
        self._lane = lane
        self._access = lane.access
        self._open = list(batch)
        self._timeout = timeout
        self._finally = finally_
        self._promised: dict[int, Answer] = {}
        self._began = lane.access.clock.now()
        self._writes = 0

    def run(self) -> Sequence[Pending[Request]]:
        while True:
            try:
                live = self._read()
            except AemMailError as error:
                self._break_off(error)
                return ()
            plan = self._merge(live)
            if plan.write is None:
                return self._finish(plan, live)
            if self._writes >= MOST_WRITES:
                self._give_up()
                return ()
            self._write(plan, live)
            if not self._open:
                return ()

    def _read(self) -> Live:
        self._access.wait_until_ready(self._lane.doing, self._timeout, self._lane.usually)
        return self._lane.read(self._timeout)

    def _merge(self, live: Live) -> Plan:
        for pending in [pending for pending in self._open if id(pending) in self._promised]:
            error = self._lane.trouble(pending.request, live)
            if error is not None:
                self._settle(pending, error)
        plan = self._lane.merge(live, [pending.request for pending in self._open])
        refused = [(pending, answer) for pending, answer in zip(self._open, plan.answers, strict=True) if isinstance(answer, AemMailError)]
        if not refused:
            return plan
        for pending, error in refused:
            self._reject(pending, error)
        return self._lane.merge(live, [pending.request for pending in self._open])

    def _write(self, plan: Plan, live: Live) -> None:
        try:
            outcome = self._access.send(lambda: self._lane.send(plan.write), self._began, self._timeout)
        except BadRequest as error:
            self._blame(error)
            return
        if outcome is Sent.NOT_ACCEPTED:
            return
        self._writes += 1
        for place, (pending, answer) in enumerate(zip(self._open, plan.answers, strict=True)):
            before = self._promised.get(id(pending))
            if place in plan.held or not isinstance(answer, Answer):
                continue
            if before is None:
                self._promised[id(pending)] = answer
            elif answer.origin is Origin.CREATED:
                self._promised[id(pending)] = replace(answer, note=before.note)
        self._lane.sent(plan.write, outcome, live)

    def _finish(self, plan: Plan, live: Live) -> Sequence[Pending[Request]]:
        held = () if self._finally else tuple(self._open[place] for place in plan.held)
        for pending, answer in zip(self._open, plan.answers, strict=True):
            if isinstance(answer, Answer) and not any(pending is one for one in held):
                final = answer if self._lane.is_removal(pending.request) else self._promised.get(id(pending), answer)
                outputs = {**final.outputs, **self._lane.outputs(pending.request, live)}
                pending.future.set_result(Answer(final.origin, final.note, outputs))
        return held

    def _blame(self, error: BadRequest) -> None:
        text = " ".join([error.title, *map(str, error.problems)])
        culprits = [pending for pending in self._open if self._lane.blamed(pending.request, text)] or list(self._open)
        for pending in culprits:
            self._reject(pending, error)

    def _break_off(self, error: AemMailError) -> None:
        if isinstance(error, EnvironmentGone) and not self._promised:
            raise error
        for pending in list(self._open):
            self._settle(pending, error)

    def _give_up(self) -> None:
        for pending in list(self._open):
            self._settle(
                pending,
                Unconfirmed(
                    f"{self._access.environment}: {self._lane.doing} was sent {self._writes} times, and each time somebody else's change "
                    f"replaced it ({pending.request}); find out who else changes this environment, then run `pulumi up` again."
                ),
            )

    def _settle(self, pending: Pending[Request], error: AemMailError) -> None:
        promised = self._promised.get(id(pending))
        if promised is None or self._lane.is_removal(pending.request):
            self._reject(pending, error)
            return
        self._open.remove(pending)
        pending.future.set_result(Answer(promised.origin, promised.note, promised.outputs, unready=error))

    def _reject(self, pending: Pending[Request], error: AemMailError) -> None:
        self._open.remove(pending)
        pending.future.set_exception(error)
