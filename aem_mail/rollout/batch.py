"""One batch on its way: read, merge, send, wait, read back, until merging yields nothing to send; and an answer for everybody."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from aem_mail.errors import AemMailError, BadRequest, Unconfirmed, WaitTimedOut
from aem_mail.kinds.requests import Answer, takes_away
from aem_mail.live.absence import EnvironmentGone
from aem_mail.model import Environment
from aem_mail.rollout.access import Access, NotDone
from aem_mail.rollout.gathering import Latecomers, Pending

Request = TypeVar("Request")
Live = TypeVar("Live")


class BatchPlan(Protocol):
    """The next change and the answers so far; ``write`` is None where nothing is left to send."""

    @property
    def write(self) -> Any:
        """What to send."""

    @property
    def answers(self) -> Sequence[Answer | AemMailError]:
        """An answer or an error per request, in the requests' order."""

    @property
    def held(self) -> Sequence[int]:
        """Places of the requests that cannot be decided yet; an error among their answers holds if nothing further comes."""


class Lane(ABC, Generic[Request, Live]):
    """One kind of change of one environment; used by one batch at a time."""

    doing: ClassVar[str]
    """What is changed, in messages."""
    usually: ClassVar[str]
    """How long that takes as a rule."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._free: set[str] = set()

    def forget_places(self) -> None:
        """Begin with what the next batch finds."""
        self._free.clear()

    def unexpected(self, asked: Sequence[tuple[str | None, bool]]) -> list[str]:
        """Return the places in which something stands that the batch has not brought there; ``asked`` tells of each whether it does."""
        found = [key for key, is_there in asked if key is not None and is_there and key not in self._free]
        self._free |= {key for key, is_there in asked if key is not None and not is_there}
        return found

    def admit(self, batch: Sequence[Pending[Request]]) -> Sequence[Pending[Request]]:
        """Answer what cannot be done at all and return the rest; may wait for what the batch needs."""
        return batch

    def may_join(self, request: Request, batch: Sequence[Pending[Request]]) -> bool:
        """Say whether a request can go with a batch whose turn has come, without making it wait for anything further."""
        return True

    @abstractmethod
    def read(self, timeout: float) -> Live:
        """Read what is live."""

    @abstractmethod
    def merge(self, live: Live, requests: Sequence[Request]) -> BatchPlan:
        """Merge the requests into what is live; changes nothing."""

    @abstractmethod
    def send(self, write: Any) -> None:
        """Send a plan's write."""

    @abstractmethod
    def took_effect(self, write: Any, before: Live, timeout: float) -> bool:
        """Say whether a write whose answer was lost shows in what is live now; ``before`` is what was live when it was sent."""

    def accepted(self, plan: Any) -> None:
        """Take note of a plan whose write was accepted."""

    @abstractmethod
    def refused_places(self, error: BadRequest, write: Any, requests: Sequence[Request]) -> Sequence[int]:
        """Return the places of the requests that a refusal speaks of."""

    def trouble(self, request: Request, live: Live) -> AemMailError | None:
        """Say what went wrong with a request whose write was accepted, if the live state tells so."""
        return None

    @abstractmethod
    def difference(self, request: Request, live: Live) -> str:
        """Show both sides: what the request wants, and what is live."""

    def outputs(self, request: Request, live: Live) -> dict[str, Any]:
        """Return what a resource records besides the answer's own outputs."""
        return {}

    def finished(self, plan: Any) -> None:
        """Take note of the last plan of a batch, whose answers are given."""


MOST_WRITES: Final = 6
"""Changes that one batch tries to send: one is the rule, two where a variable's type changes, more only against other writers."""


def carry_out(
    lane: Lane[Request, Live], batch: Sequence[Pending[Request]], finally_: bool, latecomers: Latecomers
) -> Sequence[Pending[Request]]:
    """Carry out one batch, as Gathering asks for it.

    What arrives while the batch waits for its turn goes with it: an environment is busy for minutes, a burst lasts seconds.
    """
    timeout = max(pending.timeout for pending in batch)
    admitted = lane.admit(batch)
    if not admitted:
        return ()
    with lane.access.exclusive(timeout):
        return _Batch(lane, admitted, timeout, finally_).carry_out(latecomers)


class _Batch(Generic[Request, Live]):
    """The requests that are still open, and what each was promised when a change that serves it was accepted."""

    def __init__(self, lane: Lane[Request, Live], requests: Sequence[Pending[Request]], timeout: float, finally_: bool) -> None:
        self._lane = lane
        self._access = lane.access
        self._sender = lane.access.sender(timeout)
        self._open = list(requests)
        self._timeout = timeout
        self._finally = finally_
        self._promised: dict[Pending[Request], Answer] = {}
        self._writes = 0

    def carry_out(self, latecomers: Latecomers) -> Sequence[Pending[Request]]:
        try:
            return self._converge(latecomers)
        except AemMailError as error:
            self._break_off(error)
            return ()

    def _converge(self, latecomers: Latecomers) -> Sequence[Pending[Request]]:
        while self._open:
            environment = self._waited(lambda timeout, since: self._access.wait_until_idle(self._lane.doing, timeout, since))
            if not self._writes:
                self._join(latecomers(lambda request: self._lane.may_join(request, self._open)))
            live = self._lane.read(self._timeout)
            plan = self._merge(live)
            if plan.write is None:
                return self._finish(plan, live)
            if self._writes == MOST_WRITES:
                self._give_up(live)
            else:
                self._write(plan, live, environment)
        return ()

    def _waited(self, wait: Callable[[float, float], Environment]) -> Environment:
        """Wait as long as the most patient owner of a request does; each of the others is answered when its own time is over."""
        since = self._access.clock.now()
        while True:
            shortest = min(pending.timeout for pending in self._open)
            try:
                return wait(shortest, since)
            except WaitTimedOut as error:
                over = [pending for pending in self._open if pending.timeout == shortest]
                if len(over) == len(self._open):
                    raise
                for pending in over:
                    self._settle(pending, error)

    def _join(self, late: Sequence[Pending[Request]]) -> None:
        self._timeout = max([self._timeout, *(pending.timeout for pending in late)])
        self._open += self._lane.admit(late)

    def _merge(self, live: Live) -> BatchPlan:
        for pending in self._open_and_promised():
            error = self._lane.trouble(pending.request, live)
            if error is not None:
                self._settle(pending, error)
        while True:
            plan = self._lane.merge(live, [pending.request for pending in self._open])
            answers = enumerate(zip(self._open, plan.answers, strict=True))
            undecided = () if self._finally else plan.held
            refused = [
                (pending, answer) for place, (pending, answer) in answers if isinstance(answer, AemMailError) and place not in undecided
            ]
            if not refused:
                return plan
            for pending, error in refused:
                self._reject(pending, error)

    def _write(self, plan: BatchPlan, live: Live, environment: Environment) -> None:
        self._access.seen.forget()
        try:
            outcome = self._sender.send(lambda: self._lane.send(plan.write), lambda error: self._excused(error, plan))
        except BadRequest as error:
            self._writes += 1
            self._reject_refused(error, plan, live)
            return
        if outcome is NotDone.BUSY:
            return
        promised = dict(self._promised)
        self._promise(plan)
        if outcome is NotDone.UNKNOWN and not self._lane.took_effect(plan.write, live, self._timeout):
            self._promised = promised
            self._sender.try_again()
            return
        self._writes += 1
        self._lane.accepted(plan)
        lane = self._lane
        self._waited(lambda timeout, since: self._access.wait_until_done(lane.doing, timeout, lane.usually, environment, since))

    def _promise(self, plan: BatchPlan) -> None:
        for place, (pending, answer) in enumerate(zip(self._open, plan.answers, strict=True)):
            if place not in plan.held and isinstance(answer, Answer):
                self._promised.setdefault(pending, answer)

    def _excused(self, error: BadRequest, plan: BatchPlan) -> BadRequest | None:
        """Return what to say of a refusal that names neither a field nor an entry, where another change may be the reason."""
        names = any(problem.field for problem in error.problems) or self._refused_places(error, plan)
        return None if names else self._access.excused(error)

    def _refused_places(self, error: BadRequest, plan: BatchPlan) -> Sequence[int]:
        return self._lane.refused_places(error, plan.write, [pending.request for pending in self._open])

    def _reject_refused(self, error: BadRequest, plan: BatchPlan, live: Live) -> None:
        """Reject whom the refusal speaks of, or everybody; nobody where something else has changed meanwhile."""
        if self._lane.read(self._timeout) != live:
            return
        for pending in [self._open[place] for place in self._refused_places(error, plan)] or list(self._open):
            self._reject(pending, error)

    def _finish(self, plan: BatchPlan, live: Live) -> Sequence[Pending[Request]]:
        held = [] if self._finally else [self._open[place] for place in plan.held]
        for pending, answer in zip(self._open, plan.answers, strict=True):
            if pending not in held and isinstance(answer, Answer):
                self._answer(pending, answer, live)
        self._lane.finished(plan)
        return held

    def _give_up(self, live: Live) -> None:
        """Answer those whose wishes are fulfilled, and show the others both sides."""
        for pending in list(self._open):
            alone = self._lane.merge(live, [pending.request])
            (answer,) = alone.answers
            if alone.write is None and isinstance(answer, Answer):
                self._open.remove(pending)
                self._answer(pending, answer, live)
            else:
                self._reject(pending, self._unconfirmed(pending.request, live))

    def _unconfirmed(self, request: Request, live: Live) -> Unconfirmed:
        return Unconfirmed(
            f"{self._access.environment}: {self._lane.difference(request, live)}. {self._writes} changes were sent, and each time "
            "something else stood there afterwards: find out who else changes this environment, then run `pulumi up` again."
        )

    def _break_off(self, error: AemMailError) -> None:
        """Answer everybody after an error that concerns them all."""
        for pending in list(self._open):
            if isinstance(error, EnvironmentGone) and takes_away(pending.request):
                self._open.remove(pending)
                pending.future.set_result(Answer(note=f"{self._access.environment} does not exist any more: nothing was left to remove."))
            elif isinstance(error, EnvironmentGone):
                self._reject(pending, error)
            else:
                self._settle(pending, error)

    def _open_and_promised(self) -> list[Pending[Request]]:
        return [pending for pending in self._open if pending in self._promised]

    def _answer(self, pending: Pending[Request], answer: Answer, live: Live) -> None:
        """Give the final answer; what an earlier change of this batch created was created, though it is found there now."""
        final = self._promised.get(pending, answer)
        note = answer.note or final.note if takes_away(pending.request) else final.note
        outputs = {**final.outputs, **self._lane.outputs(pending.request, live)}
        pending.future.set_result(Answer(final.origin, note, outputs))

    def _settle(self, pending: Pending[Request], error: AemMailError) -> None:
        """Answer after an error: what was accepted belongs to the state, though it is not known to be in force."""
        promised = self._promised.get(pending)
        if promised is None or takes_away(pending.request):
            self._reject(pending, error)
            return
        self._open.remove(pending)
        pending.future.set_result(Answer(promised.origin, promised.note, promised.outputs, unready=error))

    def _reject(self, pending: Pending[Request], error: AemMailError) -> None:
        self._open.remove(pending)
        pending.future.set_exception(error)
