"""How requests on one environment's variables become one PATCH: a pure function.

Called again on what a PATCH left, it yields the next one: a variable whose type changes is deleted by the first and created
by the second, and nothing more to send means that all is as wanted.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from aem_mail.errors import AemMailError, Occupied, Refused
from aem_mail.model import EnvironmentId, Variable, VariableChange, VariableKey, VariableType, keyed
from aem_mail.rollout.requests import KEEP, REPLACE, Answer, Origin, RemoveVariable, SetVariable, VariableRequest

MOST_VARIABLES: Final = 200
"""Variables that an environment can have (the guide)."""

UNSETTLED: Final = frozenset({"creating", "updating", "deleting"})


@dataclass(frozen=True, slots=True)
class VariablesPlan:
    """The changes of at most one PATCH, sorted (None: nothing to send), and an answer or an error for each request (by its place)."""

    write: tuple[VariableChange, ...] | None
    answers: tuple[Answer | AemMailError, ...]
    held: tuple[int, ...] = ()


def merge(
    environment: EnvironmentId,
    live: Sequence[Variable],
    requests: Sequence[VariableRequest],
    written: Set[VariableKey] = frozenset(),
) -> VariablesPlan:
    """Merge ``requests`` into the next PATCH on top of the ``live`` variables.

    ``written`` are the secrets that an accepted PATCH of this batch has set: they are not written once more.
    """
    present = keyed(live)
    wanted = _by_key(requests)
    errors = _contradictions(environment, wanted) | _refusals(environment, present, wanted, requests)
    changes: dict[VariableKey, VariableChange] = {}
    answers: list[Answer | AemMailError] = []
    for place, request in enumerate(requests):
        if place in errors:
            answers.append(errors[place])
            continue
        there = present.get(request.key)
        if isinstance(request, SetVariable):
            answers.append(_answer(environment, request, there))
            change = _change(request, there, written)
        else:
            kept = any(other not in errors for other, _ in wanted.get(request.key, ()))
            answers.append(Answer(note=f"Variable {request.key} of {environment} stays: it is still declared." if kept else None))
            change = None if kept else _removal(request, there)
        if change is not None:
            changes[request.key] = change
    return VariablesPlan(tuple(changes[key] for key in sorted(changes, key=str)) or None, tuple(answers))


def unsettled(live: Sequence[Variable], requests: Sequence[VariableRequest]) -> tuple[VariableKey, ...]:
    """Return the requested variables whose change is still under way."""
    present = keyed(live)
    return tuple(request.key for request in requests if request.key in present and present[request.key].status in UNSETTLED)


def _by_key(requests: Sequence[VariableRequest]) -> dict[VariableKey, list[tuple[int, SetVariable]]]:
    wanted: dict[VariableKey, list[tuple[int, SetVariable]]] = {}
    for place, request in enumerate(requests):
        if isinstance(request, SetVariable):
            wanted.setdefault(request.key, []).append((place, request))
    return wanted


def _contradictions(environment: EnvironmentId, wanted: Mapping[VariableKey, Sequence[tuple[int, SetVariable]]]) -> dict[int, AemMailError]:
    errors: dict[int, AemMailError] = {}
    for key, candidates in wanted.items():
        if len({(request.type, request.value) for _, request in candidates}) > 1:
            owners = " and ".join(sorted(request.owner for _, request in candidates))
            error = Occupied(f"Variable {key} of {environment}: {owners} declare it differently; declare it once.")
            errors.update({place: error for place, _ in candidates})
    return errors


def _refusals(
    environment: EnvironmentId,
    present: Mapping[VariableKey, Variable],
    wanted: Mapping[VariableKey, Sequence[tuple[int, SetVariable]]],
    requests: Sequence[VariableRequest],
) -> dict[int, AemMailError]:
    errors: dict[int, AemMailError] = {}
    leaving = {request.key for request in requests if isinstance(request, RemoveVariable)} & set(present) - set(wanted)
    room = MOST_VARIABLES - (len(present) - len(leaving))
    for key, candidates in sorted(wanted.items(), key=lambda item: str(item[0])):
        there = present.get(key)
        if there is None:
            room -= 1
        for place, request in candidates:
            error = _refusal(environment, request, there, room)
            if error is not None:
                errors[place] = error
    return errors


def _refusal(environment: EnvironmentId, request: SetVariable, there: Variable | None, room: int) -> AemMailError | None:
    what = f"Variable {request.key} of {environment}"
    if there is None:
        if request.value is None:
            return Refused(f'{what}: on_conflict="keep" without a value needs the secret to exist, and it does not; give it a value.')
        if room < 0:
            return Refused(f"{what}: the environment would have more than {MOST_VARIABLES} variables; remove some that are no longer used.")
        return None
    if request.value is None and there.type != request.type:
        return Occupied(f"{what}: it is there as a {there.type}, not as a {request.type}; give it a value to replace it.")
    if request.owned or request.on_conflict in (REPLACE, KEEP) or _equal(request, there):
        return None
    declared = f"a {request.type}" if request.type == VariableType.SECRET_STRING else f"the {request.type} {request.value!r}"
    found = "a secretString" if there.type == VariableType.SECRET_STRING else f"the {there.type} {there.value!r}"
    return Occupied(
        f"{what}: the stack declares {declared}, but the environment already has {found}; "
        'choose another name, declare it as it is to adopt it, or set on_conflict="replace" to take it over.'
    )


def _equal(request: SetVariable, there: Variable) -> bool:
    return there.type == request.type == VariableType.STRING and there.value == request.value


def _answer(environment: EnvironmentId, request: SetVariable, there: Variable | None) -> Answer:
    secret = request.type == VariableType.SECRET_STRING
    if there is None:
        return Answer(Origin.CREATED, outputs={"verified": True} if secret else {})
    if request.owned:
        written = secret and request.value is not None and request.rewrite
        return Answer(Origin.ADOPTED, outputs={"verified": True} if written else {})
    what = f"Variable {request.key} of {environment}"
    kept = request.value is None or (request.on_conflict == KEEP and there.type == request.type)
    if kept or _equal(request, there):
        note = f"{what} was there already; this stack manages it from now on."
    else:
        note = f"{what} was there already ({there.type}) and was taken over: the declared value wins."
    return Answer(Origin.ADOPTED, note, {"verified": not kept} if secret else {})


def _change(request: SetVariable, there: Variable | None, written: Set[VariableKey]) -> VariableChange | None:
    if request.value is None:
        return None
    wanted = VariableChange(request.key, request.type, request.value)
    if there is None:
        return wanted
    if there.type != request.type:
        return VariableChange(there.key, there.type, "")
    if there.status in UNSETTLED or request.key in written:
        return None
    if request.type == VariableType.STRING:
        return None if there.value == request.value and there.status == "ready" else wanted
    keep = request.on_conflict == KEEP and not request.owned
    rewrite = there.status != "ready" or (request.rewrite and not keep)
    return wanted if rewrite else None


def _removal(request: RemoveVariable, there: Variable | None) -> VariableChange | None:
    if there is None or there.type != request.type or there.status == "deleting":
        return None
    return VariableChange(request.key, request.type, "")
