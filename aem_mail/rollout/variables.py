"""How requests on one environment's variables become one PATCH: a pure function.

Called again on what a PATCH left, it yields the next one: a variable whose type changes is deleted by the first and created
by the second, and nothing more to send means that all is as wanted.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from aem_mail.errors import AemMailError, Occupied, Refused
from aem_mail.kinds.requests import Answer, Origin, RemoveVariable, SetVariable, VariableRequest, claimed_key
from aem_mail.model import ConflictPolicy, EnvironmentId, Variable, VariableChange, VariableKey, VariableType, keyed
from aem_mail.model.limits import ENVIRONMENT_VARIABLES_MAX
from aem_mail.model.secret_like import looks_secret
from aem_mail.model.statuses import DELETED, READY
from aem_mail.rollout.claims import NOBODY, Claimant, Holders, kept_out, perhaps_ours
from aem_mail.text.confidential import MASK

Candidates = Mapping[VariableKey, Sequence[tuple[int, SetVariable]]]
"""The requests that want a variable set, with their places."""


@dataclass(frozen=True, slots=True)
class VariablesPlan:
    """The changes of at most one PATCH, sorted (None: nothing to send), and an answer or an error for each request (by its place).

    ``held`` are the places of those that cannot be decided yet.
    """

    write: tuple[VariableChange, ...] | None
    answers: tuple[Answer | AemMailError, ...]
    held: tuple[int, ...] = ()


def merge(
    environment: EnvironmentId,
    live: Sequence[Variable],
    requests: Sequence[VariableRequest],
    written: Set[VariableKey] = frozenset(),
    *,
    holders: Holders = NOBODY,
) -> VariablesPlan:
    """Merge ``requests`` into the next PATCH on top of the ``live`` variables.

    ``written`` are the secrets that an accepted PATCH of this batch has set: they are not written again. One that would
    overwrite what one of the ``holders`` has, which gets no other place, is refused or held.
    """
    present = _present(live)
    wanted = _by_key(requests)
    leaving = {one.key for one in requests if isinstance(one, RemoveVariable) and one.key in present and present[one.key].type == one.type}
    errors = _contradictions(environment, wanted)
    errors |= _refusals(environment, present, _without(wanted, errors), leaving | written, holders.unread)
    errors |= _too_many(environment, present, _without(wanted, errors), leaving)
    out = kept_out(environment, _claimants(environment, present, wanted, leaving, written), errors, holders)
    errors |= out.errors
    declared = _without(wanted, errors)
    changes: dict[VariableKey, VariableChange | None] = {}
    answers: list[Answer | AemMailError] = []
    for place, request in enumerate(requests):
        there = present.get(request.key)
        if place in errors:
            answers.append(errors[place])
        elif isinstance(request, SetVariable):
            answers.append(_answer(environment, request, there))
            changes[request.key] = changes.get(request.key) or _change(request, there, written)
        elif request.key in declared:
            answers.append(Answer(note=f"Variable {request.key} of {environment} stays: it is still declared."))
        elif there is not None and there.type != request.type:
            answers.append(Answer(note=f"Variable {request.key} of {environment} stays: it is a {there.type} now, and not this stack's."))
        else:
            answers.append(Answer())
            changes[request.key] = None if there is None else VariableChange(request.key, request.type, "")
    write = tuple(change for _, change in sorted(changes.items(), key=lambda item: str(item[0])) if change is not None)
    return VariablesPlan(write or None, tuple(answers), out.held)


def took_effect(write: Sequence[VariableChange], before: Sequence[Variable], now: Sequence[Variable]) -> bool:
    """Say whether a PATCH shows: one change that does tells of all, since a PATCH is applied as a whole.

    A secret that was there before shows only while its change is under way: false then means that it cannot be told.
    """
    were, are = _present(before), _present(now)
    return any(were.get(change.key) != are.get(change.key) for change in write)


def difference(request: VariableRequest, live: Sequence[Variable]) -> str:
    """Show what a request wants and what is live, for the case that they do not come together; never a secret's value."""
    there = _present(live).get(request.key)
    found = "none is there" if there is None else f"{_shown(request, there)} is there, with status {there.status}"
    if isinstance(request, SetVariable):
        return f"{request.owner} wants variable {request.key} as {_shown(request, request)}, and {found}"
    return f"the stack removes variable {request.key}, and {found}"


def _present(live: Sequence[Variable]) -> dict[VariableKey, Variable]:
    return keyed([variable for variable in live if variable.status != DELETED])


def _by_key(requests: Sequence[VariableRequest]) -> Candidates:
    wanted: dict[VariableKey, list[tuple[int, SetVariable]]] = {}
    for place, request in enumerate(requests):
        if isinstance(request, SetVariable):
            wanted.setdefault(request.key, []).append((place, request))
    return wanted


def _without(wanted: Candidates, errors: Mapping[int, AemMailError]) -> Candidates:
    left = {key: [(place, request) for place, request in candidates if place not in errors] for key, candidates in wanted.items()}
    return {key: candidates for key, candidates in left.items() if candidates}


def _contradictions(environment: EnvironmentId, wanted: Candidates) -> dict[int, AemMailError]:
    errors: dict[int, AemMailError] = {}
    for key, candidates in wanted.items():
        if len({(request.type, request.value) for _, request in candidates}) > 1:
            owners = " and ".join(sorted(request.owner for _, request in candidates))
            error = Occupied(f"Variable {key} of {environment}: {owners} declare it differently; declare it once.")
            errors.update({place: error for place, _ in candidates})
    return errors


def _refusals(
    environment: EnvironmentId, present: Mapping[VariableKey, Variable], wanted: Candidates, ours: Set[VariableKey], unread: str
) -> dict[int, AemMailError]:
    judged = {
        place: _refusal(f"Variable {key} of {environment}", request, present.get(key), request.owned or key in ours, unread)
        for key, candidates in wanted.items()
        for place, request in candidates
    }
    return {place: error for place, error in judged.items() if error is not None}


def _too_many(
    environment: EnvironmentId, present: Mapping[VariableKey, Variable], wanted: Candidates, leaving: Set[VariableKey]
) -> dict[int, AemMailError]:
    room = max(ENVIRONMENT_VARIABLES_MAX - len(present) + len(leaving - wanted.keys()), 0)
    refused = sorted(wanted.keys() - present.keys(), key=str)[room:]
    cause = f"the environment would have more than {ENVIRONMENT_VARIABLES_MAX} variables; remove some that are no longer used."
    return {place: Refused(f"Variable {key} of {environment}: {cause}") for key in refused for place, _ in wanted[key]}


def _claimants(
    environment: EnvironmentId,
    present: Mapping[VariableKey, Variable],
    wanted: Candidates,
    leaving: Set[VariableKey],
    written: Set[VariableKey],
) -> dict[int, Claimant]:
    claimants: dict[int, Claimant] = {}
    for key, candidates in wanted.items():
        there = None if key in leaving else present.get(key)
        for place, request in candidates:
            overwrites = there is not None and not _equal(request, there) and _change(request, there, written) is not None
            what = f"Variable {key} of {environment}"
            claimants[place] = Claimant(claimed_key(environment, request), request.owner, what, overwrites)
    return claimants


def _refusal(what: str, request: SetVariable, there: Variable | None, owned: bool, unread: str) -> AemMailError | None:
    if there is None:
        if request.value is None:
            return Refused(f'{what}: on_conflict="keep" without a value needs the secret to exist, and it does not; give it a value.')
        return None
    if request.value is None and there.type != request.type:
        return Occupied(f"{what}: it is there as a {there.type}, not as a {request.type}; give it a value to replace it.")
    if owned or request.on_conflict in (ConflictPolicy.REPLACE, ConflictPolicy.KEEP) or _equal(request, there):
        return None
    adopt = "declare it as it is to adopt it"
    if there.type == request.type == VariableType.SECRET_STRING:
        adopt = 'set on_conflict="keep" to adopt it with the value that it has'
    return Occupied(
        f"{what}: the stack declares {_shown(request, request)}, but the environment already has {_shown(request, there)} that this "
        f'stack has not recorded; choose another name, {adopt}, or set on_conflict="replace" to overwrite it.{perhaps_ours(unread)}'
    )


def _shown(request: VariableRequest, side: SetVariable | Variable) -> str:
    """Show one side of a difference that a request has."""
    if side.type == VariableType.SECRET_STRING:
        return "a secretString"
    if not request.hidden and looks_secret(request.key.name, side.value):
        return f"a {side.type} that looks like a secret"
    return f"the {side.type} {MASK if request.hidden else repr(side.value)}"


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
    kept = request.value is None or (request.on_conflict == ConflictPolicy.KEEP and there.type == request.type)
    if kept or _equal(request, there):
        note = f"{what} was there already; this stack manages it from now on."
    else:
        note = f"{what} was there already ({there.type}) and was taken over: it has the declared value now."
    return Answer(Origin.ADOPTED, note, {"verified": not kept} if secret else {})


def _change(request: SetVariable, there: Variable | None, written: Set[VariableKey]) -> VariableChange | None:
    if request.value is None:
        return None
    wanted = VariableChange(request.key, request.type, request.value)
    if there is None:
        return wanted
    if there.type != request.type:
        return VariableChange(there.key, there.type, "")
    if request.key in written:
        return None
    if request.type == VariableType.STRING:
        return None if there.value == request.value and there.status == READY else wanted
    keep = request.on_conflict == ConflictPolicy.KEEP and not request.owned
    return wanted if there.status != READY or (request.rewrite and not keep) else None
