"""A program's network infrastructure: adopt, create, update and delete, each waited for."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from typing import Any, Final

from aem_mail.errors import AemMailError, BadRequest, NotFound, Refused, WaitFailed
from aem_mail.kinds.requests import Answer, Origin
from aem_mail.live.preconditions import preconditions
from aem_mail.model import Kind, NetworkInfrastructure
from aem_mail.model.statuses import GONE, INFRASTRUCTURE_FAILED, READY
from aem_mail.rollout.access import NotDone
from aem_mail.rollout.program_access import ProgramAccess
from aem_mail.rollout.wanted_infrastructure import STEPS, WantedInfrastructure

KEPT: Final = (
    "This stack created it and keeps its record. Where this stack enabled it too, run `pulumi destroy --continue-on-error`, then "
    "`pulumi destroy`. Where others did, it can go once they have disabled it; to leave it to them, remove this resource from the state "
    "with `pulumi state delete`."
)
"""What to do about an infrastructure that was created here and is still in use."""


class Infrastructures:
    """The network infrastructures of the programs that one run deals with; ``access`` gives a program's, with a time-out.

    Answers have the outputs ``infrastructure_id``, ``is_primary_region`` and ``status``.
    """

    def __init__(self, access: Callable[[str, float], ProgramAccess]) -> None:
        self._access = access

    def create(self, wanted: WantedInfrastructure, timeout: float) -> Answer:
        """Adopt the same kind in that region, else create it; wait until it is ready, and bring an adopted VPN up to date.

        Raises Occupied for another kind, Refused where the program cannot have one, and the client's errors. What goes wrong
        once it is there does not raise, but makes the answer ``unready``: it belongs to the state anyway.
        """
        program = self._access(wanted.program_id, timeout)
        with program.exclusive():
            live, origin = _adopt_or_post(program, wanted)
        answer = Answer(origin, _adopted(wanted) if origin is Origin.ADOPTED else None, _outputs(live))
        try:
            ready = program.wait_until_ready(live)
            if origin is Origin.ADOPTED and wanted.kind == Kind.VPN and wanted.differs(ready):
                _put(program, wanted, ready)
                ready = program.wait_until_ready(live)
        except AemMailError as error:
            return _unready(answer, error)
        return replace(answer, outputs=_outputs(ready))

    def update(
        self,
        wanted: WantedInfrastructure,
        *,
        rewrite: bool,
        timeout: float,
        created: bool = False,
        ours: AbstractSet[str] = frozenset(),
    ) -> Answer:
        """Bring the infrastructure up to date; ``rewrite`` sends a VPN's shared keys though nothing visible differs.

        ``ours`` names the connections that were declared before, which an update may drop; others it does not: Refused.

        One that has failed is fixed: a VPN by an update, another one, if it was ``created`` here and no environment uses it,
        by deletion and creation. The answer is ``unready`` where an update was accepted and is not known to be in force.
        """
        program = self._access(wanted.program_id, timeout)
        live = program.in_region(wanted.region)
        if live is None or live.status in GONE:
            return self.create(wanted, timeout)
        wanted.refuse_another([live])
        if wanted.kind == Kind.VPN:
            return self._update_vpn(program, wanted, live, rewrite, ours)
        if live.status in INFRASTRUCTURE_FAILED:
            if not created:
                wanted.refuse_broken(live)
            self.delete(wanted.program_id, wanted.region, created=True, replacing=True, timeout=timeout)
            return self.create(wanted, timeout)
        return Answer(Origin.ADOPTED, None, _outputs(program.wait_until_ready(live)))

    def delete(self, program_id: str, region: str, *, created: bool, replacing: bool, timeout: float) -> str | None:
        """Delete it if it was created here; one that was found here stays, and the answer says so.

        Raises Refused where an environment still uses one that was created here, or where one that stays has to go (``replacing``):
        whoever lost its record could never delete it.
        """
        program = self._access(program_id, timeout)
        live = program.in_region(region)
        if live is None:
            return None
        stays = None
        if live.status not in GONE:
            with program.exclusive():
                stays = (_reason_to_stay(program, live) or _send_delete(program, live)) if created else _found(program, live)
        if stays is None:
            program.wait_until_gone(live)
        elif replacing or created:
            raise Refused(f"{stays} It has to go before the new one can be created: {STEPS}" if replacing else f"{stays} {KEPT}")
        return stays

    def _update_vpn(
        self, program: ProgramAccess, wanted: WantedInfrastructure, live: NetworkInfrastructure, rewrite: bool, ours: AbstractSet[str]
    ) -> Answer:
        if live.status not in INFRASTRUCTURE_FAILED:
            live = program.wait_until_ready(live)
        answer = Answer(Origin.ADOPTED, None, _outputs(live))
        if live.status == READY and not rewrite and not wanted.differs(live):
            return answer
        _put(program, wanted, live, ours)
        try:
            return replace(answer, outputs=_outputs(program.wait_until_ready(live)))
        except AemMailError as error:
            return _unready(answer, error)


def _adopt_or_post(program: ProgramAccess, wanted: WantedInfrastructure) -> tuple[NetworkInfrastructure, Origin]:
    api = program.api.network_infrastructures
    sender = program.sender()
    lost = False
    while True:
        present = program.present()
        wanted.refuse_another([one for one in present if one.status not in GONE])
        same = next((one for one in present if one.region == wanted.region), None)
        if same is not None and same.status not in GONE:
            if not lost:
                wanted.refuse_broken(same)
                if wanted.differs(same):
                    wanted.refuse_loss(same)
            return same, Origin.CREATED if lost else Origin.ADOPTED
        if same is not None:
            program.wait_until_gone(same)
        sender.try_again()
        body = wanted.body(is_primary_region=preconditions(program.api, wanted.program_id, wanted.region, wanted.is_primary_region))
        made = sender.send(partial(api.create, wanted.program_id, body))
        if not isinstance(made, NotDone):
            return made, Origin.CREATED
        lost = lost or made is NotDone.UNKNOWN


def _put(program: ProgramAccess, wanted: WantedInfrastructure, live: NetworkInfrastructure, ours: AbstractSet[str] = frozenset()) -> None:
    """Send a VPN's update until it is accepted, each time on top of what is there; raises Refused where that would lose something."""
    sender = program.sender()
    with program.exclusive():
        while True:
            there = program.find(live) or live
            wanted.refuse_loss(there, ours)
            update = partial(program.api.network_infrastructures.update, wanted.program_id, live.id, wanted.update_body(there))
            outcome = sender.send(update)
            if not isinstance(outcome, NotDone) or (outcome is NotDone.UNKNOWN and _status(program, live) == "updating"):
                return
            program.wait_until_idle(live)
            sender.try_again()


def _send_delete(program: ProgramAccess, live: NetworkInfrastructure) -> str | None:
    """Send the deletion until it is accepted; return why it is not to be, if so."""
    sender = program.sender()
    while True:
        program.wait_until_idle(live)
        try:
            outcome = sender.send(lambda: program.api.network_infrastructures.delete(program.program_id, live.id))
        except NotFound:
            return None
        except BadRequest as error:
            return _reason_to_stay(program, live) or f"{_named(program, live)} stays: {error}"
        if not isinstance(outcome, NotDone) or _status(program, live) in GONE:
            return None
        sender.try_again()


def _status(program: ProgramAccess, live: NetworkInfrastructure) -> str:
    now = program.find(live)
    return "deleted" if now is None else now.status


def _reason_to_stay(program: ProgramAccess, live: NetworkInfrastructure) -> str | None:
    users = program.users()
    if not users:
        return None
    return f"{_named(program, live)} stays: advanced networking is still enabled on environment {', '.join(users)}."


def _found(program: ProgramAccess, live: NetworkInfrastructure) -> str:
    return f"{_named(program, live)} stays: this stack found it there, and leaves it there."


def _named(program: ProgramAccess, live: NetworkInfrastructure) -> str:
    return f"Network infrastructure {live.id} ({live.kind} in {live.region}) of program {program.program_id}"


def _adopted(wanted: WantedInfrastructure) -> str:
    keys = " Its shared keys cannot be read: they are sent with its next change." if wanted.kind == Kind.VPN else ""
    return f"The {wanted} was there already; this stack manages it from now on.{keys}"


def _outputs(live: NetworkInfrastructure) -> dict[str, Any]:
    return {"infrastructure_id": live.id, "is_primary_region": live.is_primary_region, "status": live.status}


def _unready(answer: Answer, error: AemMailError) -> Answer:
    outputs = {**answer.outputs, "status": "failed"} if isinstance(error, WaitFailed) else answer.outputs
    return replace(answer, outputs=outputs, unready=error)
