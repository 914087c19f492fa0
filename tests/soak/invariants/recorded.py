"""Invariant 2: what the state says is there is there, and what is ours and there is in the state after the next `up`."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.soak.history import Declared, History, Operation, Phase, Recorded, Result, Role, Run, Step, Violation
from tests.soak.invariants.things import (
    Thing,
    declared_things,
    digest,
    entries_of,
    environments,
    hosts,
    infrastructures,
    is_used,
    kept_in_use,
    path_of,
    place_of,
    rules,
    things_of,
    variables,
)

CHANGING = frozenset({Step.CREATE, Step.UPDATE})
UNDISTURBED = frozenset({Role.PREPARE, Role.RECOVERY, Role.AGAIN})


def violations(history: History) -> Iterator[Violation]:
    for phase in history.phases:
        alone = len(phase.runs) == 1 and not any(write.others for write in phase.writes)
        for run in phase.runs:
            texts = [*_answered(run, phase)] if alone or phase.role is not Role.DISTURBED else []
            texts += [*_complete(run, phase)] if phase.role in UNDISTURBED else []
            texts += [*_released(run, phase, history)] if phase.role in UNDISTURBED | {Role.DESTROY} else []
            texts += [*_destroyed(run, phase)] if phase.role is Role.DESTROY else []
            for text in texts:
                yield Violation(2, f"after {phase.role} of {run.stack}: {text}")


def _answered(run: Run, phase: Phase) -> Iterator[str]:
    """Whoever was answered "done" is live and recorded; where the engine was cut off, its record may still be that of before."""
    recorded = {one.name: one for one in run.after if not one.pending_delete}
    for operation in run.operations:
        if operation.step not in CHANGING or operation.name not in run.program:
            continue
        if run.completed or not _is_recorded_as_before(operation.name, run):
            yield from _misrecorded(operation, recorded.get(operation.name))
        if operation.result is Result.DONE:
            yield from _as_declared(operation.name, run.program[operation.name], phase)


def _misrecorded(operation: Operation, one: Recorded | None) -> Iterator[str]:
    if operation.result is Result.DONE and (one is None or one.init_errors):
        yield f"{operation.name} was answered as {operation.step} done, and is not recorded so"
    if operation.result is Result.UNREADY and (one is None or not one.init_errors):
        yield f"{operation.name} was accepted and is not in force, and is not recorded as such"


def _is_recorded_as_before(name: str, run: Run) -> bool:
    """Whether a record is the one that the run found: the engine tells of an answer first, and writes its record after that."""
    found, left = ({(one.init_errors, one.pending_delete) for one in state if one.name == name} for state in (run.before, run.after))
    return found == left


def _complete(run: Run, phase: Phase) -> Iterator[str]:
    recorded = {one.name: one for one in run.after}
    for name, declared in run.program.items():
        one = recorded.get(name)
        if one is None or one.init_errors or one.pending_delete:
            yield f"{name} is declared and is not recorded as whole"
        yield from _as_declared(name, declared, phase)
    for name in sorted(recorded.keys() - run.program.keys()):
        yield f"{name} is recorded and is not declared any more"


def _released(run: Run, phase: Phase, history: History) -> Iterator[str]:
    """What this stack declared once and does not any more is gone, unless another stack has it."""
    so_far = history.phases[: history.phases.index(phase) + 1]
    once = declared_things(one.program for earlier in so_far for one in earlier.runs if one.stack == run.stack)
    latest = {one.stack: one.after for earlier in so_far for one in earlier.runs}
    others = {thing for stack, after in latest.items() if stack != run.stack for one in after for thing in things_of(_declared(one))}
    for thing in sorted(once - declared_things([run.program]) - others, key=repr):
        if thing.sort in {"rule", "variable"} and _is_live(thing, phase):
            yield f"{thing.sort} {thing.key} of {thing.place} is not declared any more, and is still there"


def _destroyed(run: Run, phase: Phase) -> Iterator[str]:
    kept = [one.name for one in run.after if one.name not in kept_in_use(run, phase)]
    if kept:
        yield f"{', '.join(kept)} is still recorded"
    for one in run.before:
        created = one.outputs.get("origin") == "created"
        if created and one.kind == "NetworkInfrastructure" and _is_left_unused(one, phase):
            yield f"infrastructure {place_of(one.inputs)} was created here and is still there"
        if created and one.kind == "AdvancedNetworking" and _is_left_on(place_of(one.inputs), phase):
            yield f"advanced networking of {place_of(one.inputs)} was enabled here, nothing is left in it, and it is still enabled"


def _is_left_unused(infrastructure: Recorded, phase: Phase) -> bool:
    return place_of(infrastructure.inputs) in infrastructures(phase.live) and not is_used(infrastructure, phase)


def _is_left_on(place: str, phase: Phase) -> bool:
    networking = environments(phase.live)[place]["advancedNetworking"]
    return networking is not None and not networking["portForwards"] and not networking["nonProxyHosts"]


def _declared(one: Recorded) -> Declared:
    return Declared(one.kind, one.inputs)


def _is_live(thing: Thing, phase: Phase) -> bool:
    environment = environments(phase.live)[thing.place]
    return thing.key in (rules(environment) if thing.sort == "rule" else variables(environment))


def _as_declared(name: str, declared: Declared, phase: Phase) -> Iterator[str]:
    for entry, one in entries_of(declared).items():
        difference = _difference(one, phase)
        if difference:
            yield f"{name}{entry and f'[{entry}]'} ({declared.kind}) is said to be live, and {difference}"


def _difference(declared: Declared, phase: Phase) -> str | None:
    properties = declared.properties
    if declared.kind == "OsgiConfig":
        text = phase.files.get(path_of(properties))
        return None if text == properties["content"] else "the file has another content" if text else "there is no such file"
    if declared.kind == "NetworkInfrastructure":
        one = infrastructures(phase.live).get(place_of(properties), {})
        found = (one.get("kind"), one.get("status"))
        return None if found == (properties["kind"], "ready") else f"the infrastructure's kind and status are {found}"
    environment = environments(phase.live)[place_of(properties)]
    if declared.kind == "AdvancedNetworking":
        return _networking_difference(properties, environment)
    if declared.kind == "PortForward":
        rule = rules(environment).get(properties["port_orig"], {})
        found = (rule.get("name"), rule.get("portDest"))
        return None if found == (properties["name"], properties["port_dest"]) else f"the rule there is {rule or 'none'}"
    return _variable_difference(declared, variables(environment).get((properties.get("service"), properties["name"]), {}))


def _networking_difference(properties: Mapping[str, Any], environment: Mapping[str, Any]) -> str | None:
    if environment["advancedNetworking"] is None:
        return "advanced networking is disabled"
    wanted = properties.get("non_proxy_hosts")
    as_wanted = wanted is None or {host.casefold() for host in wanted} == {host.casefold() for host in hosts(environment)}
    return None if as_wanted else f"the hosts are {hosts(environment)}"


def _variable_difference(declared: Declared, there: Mapping[str, Any]) -> str | None:
    if there.get("status", "ready") != "ready":
        return f"the variable's status is {there['status']}"
    if declared.kind == "EnvVar":
        found = (there.get("type"), there.get("value"))
        return None if found == ("string", declared.properties["value"]) else f"the variable there is {there or 'none'}"
    found = (there.get("type"), there.get("fingerprint"))
    return None if found == ("secretString", digest(declared.secret or "")) else "the secret there is another one or none"
