"""Which creations find what they declare, so that nothing is sent for them; what nobody could compare is none of them."""

from aem_mail.kinds import Scope, kind_named, thing
from aem_mail.kinds.requests import Answer, Operation, Origin
from aem_mail.model import EnvironmentId
from aem_mail.plan.changes import Change
from aem_mail.plan.paper import Paper
from aem_mail.plan.requests import uncertain
from aem_mail.plan.world import World
from aem_mail.plan.writes import Writes
from aem_mail.rollout.networking_answers import rules_by_port_orig


def finds_its_thing(change: Change, answer: Answer, world: World, paper: Paper) -> bool:
    """Say whether a creation that was answered has adopted what Cloud Manager shows, and none of what was sent is about that."""
    environment = change.environment
    if not _is_new(change) or answer.origin is not Origin.ADOPTED or (environment or change.program_id) not in world.asked:
        return False
    if environment is None:
        return _built_nothing(change, paper)
    if change.scope is Scope.VARIABLES:
        return _patched_nothing(change, environment, paper)
    return _put_nothing(change, environment, world, paper)


def finds_its_file(change: Change, world: World) -> bool:
    """Say whether a creation finds an OSGi configuration file of the text that it would write."""
    if change.scope is not Scope.PROJECT or not _is_new(change):
        return False
    there = world.files.get(thing(change.kind, change.wanted))
    return there is not None and there == change.wanted.get("content")


def _is_new(change: Change) -> bool:
    return change.operation is Operation.CREATE and not change.replacement


def _built_nothing(change: Change, paper: Paper) -> bool:
    _, built = paper.written()
    return all(write.region != change.wanted["region"] for write in built.get(change.program_id, ()))


def _patched_nothing(change: Change, environment: EnvironmentId, paper: Paper) -> bool:
    sent, _ = paper.written()
    keys = {one.key for one in kind_named(change.kind).variables(change.wanted)}
    return not uncertain(change) and all(keys.isdisjoint(patch.keys) for patch in sent.get(environment, Writes()).patches)


def _put_nothing(change: Change, environment: EnvironmentId, world: World, paper: Paper) -> bool:
    before, now = (there.environment(environment).networking for there in (world, paper))
    kind, there, then = kind_named(change.kind), rules_by_port_orig(before), rules_by_port_orig(now)
    same_hosts = not kind.enables or before.non_proxy_hosts == now.non_proxy_hosts
    return same_hosts and all(there.get(rule.port_orig) == then.get(rule.port_orig) for rule in kind.rules(change.wanted))
