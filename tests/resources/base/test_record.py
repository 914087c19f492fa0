"""The stack's record: read once, where something unexpected stands in a place, and understood as ours or not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic import ReadResult
from pulumi.runtime.proto.provider_pb2 import ReadRequest

from aem_mail.errors import AemMailError, Occupied
from aem_mail.kinds import normalise
from aem_mail.model import EnvironmentId
from aem_mail.resources.base.plugin import Run
from aem_mail.resources.base.program import NAME, DeclaredResource, declaration
from aem_mail.resources.base.provider import Provider
from aem_mail.resources.base.record import StackRecord
from aem_mail.resources.base.sdk import NotReady
from aem_mail.resources.environment_variable import EnvVarProvider, SecretEnvVarProvider
from aem_mail.resources.environment_variables import EnvVarsProvider
from aem_mail.resources.port_forward import PortForwardProvider
from aem_mail.rollout.rollout import Rollout, RolloutOptions, Voice
from aem_mail.stack.command import EngineFailed
from aem_mail.stack.recorded import PendingOperation, RecordedResource, RecordedStack, handed_over_by
from tests.resources.engine import in_the_clear
from tests.resources.runs import PATIENTLY, begin_again
from tests.rollout.harness import PATIENT, Bench

HERE = {"program_id": "10001", "environment_id": "20001"}
SECRET = {**HERE, "name": "EMAIL_PASSWORD", "value": "password123"}
RULE = {**HERE, "name": "smtp.example.com", "port_dest": 465, "port_orig": 30465}
THEIR_RULE = {"name": "old.example.com", "portDest": 465, "portOrig": 30465}
THEIR_SECRET = {"name": "EMAIL_PASSWORD", "type": "secretString", "value": "theirs"}


class Reader:
    """A record that counts how often it is read."""

    def __init__(self, *resources: RecordedResource, pending: tuple[RecordedResource, ...] = (), error: AemMailError | None = None) -> None:
        self.times = 0
        self.asked: tuple[str, Path] | None = None
        given = tuple(entry for one in resources for entry in handed_over_by(one))
        self._stack = RecordedStack("stack", resources, tuple(PendingOperation("creating", one) for one in pending), given)
        self._error = error

    def __call__(self, stack: str, project: Path) -> RecordedStack:
        self.times += 1
        self.asked = stack, project
        if self._error is not None:
            raise self._error
        return self._stack


def recorded(kind: str, name: str, properties: dict[str, Any], **more: Any) -> RecordedResource:
    values = normalise(kind, {**properties, **more})
    return RecordedResource(kind, f"urn:pulumi:stack::project::pulumi-python:dynamic/aem:{kind}::{name}", "id", values, values)


def created(provider: Provider, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Check and create a resource of a program that declares it alone."""
    alone = declaration([DeclaredResource(provider.kind.name, name, properties)])
    told = {"stack": "org/project/stack", "dry_run": False, "urn": f"urn:{name}", "declared": alone}
    inputs = provider.check({}, {**properties, "logical_name": name, NAME: told}).inputs or {}
    return provider.create(inputs).outs or {}


def run_with(bench: Bench, reader: Reader, **environment: Any) -> None:
    """Begin a run on an environment that is so, with a record of its own."""

    def connect(run: Run) -> Rollout:
        options = RolloutOptions(PATIENT, bench.window, bench.locks, run.declares_enablement, run.holders, run.declared_rules)
        return Rollout(bench.api, "the simulator", Voice(), options, bench.clock)

    bench.edit(**environment)
    begin_again(config=PATIENTLY, connect=connect, record=StackRecord(reader))


def test_a_foreign_secret_is_refused_before_anything_is_written_and_both_ways_out_are_named(bench: Bench) -> None:
    reader = Reader()
    run_with(bench, reader, variables=[THEIR_SECRET])

    with pytest.raises(Occupied, match=r'set on_conflict="keep" .* or set on_conflict="replace"'):
        created(SecretEnvVarProvider(), "pw", SECRET)

    assert bench.mutations() == []
    assert (reader.times, reader.asked and reader.asked[0]) == (1, "org/project/stack")


def test_a_secret_that_the_state_has_under_another_name_and_type_is_ours_and_stays_created(bench: Bench) -> None:
    reader = Reader(recorded("EnvVar", "old", {**HERE, "name": "EMAIL_PASSWORD", "value": "plain"}, origin="created"))
    run_with(bench, reader, variables=[THEIR_SECRET])

    assert created(SecretEnvVarProvider(), "pw", SECRET)["origin"] == "created"
    assert bench.mutations() == ["PATCH variables"]


def test_what_an_earlier_run_was_cut_off_in_is_ours_and_what_this_run_begins_is_not(bench: Bench) -> None:
    pending = recorded("SecretEnvVar", "pw", SECRET)
    run_with(bench, Reader(pending=(pending, pending)), variables=[THEIR_SECRET])
    assert created(SecretEnvVarProvider(), "pw", SECRET)["origin"] == "adopted"

    run_with(bench, Reader(pending=(pending,)), variables=[THEIR_SECRET])
    with pytest.raises(Occupied):
        created(SecretEnvVarProvider(), "pw", SECRET)


def test_a_rule_takes_the_place_of_one_that_has_left_the_program(bench: Bench) -> None:
    old = recorded("PortForward", "gone", {**RULE, "name": "old.example.com"}, origin="created")
    run_with(bench, Reader(old), advancedNetworking={"nonProxyHosts": [], "portForwards": [THEIR_RULE]})

    assert created(PortForwardProvider(), "smtp", RULE)["origin"] == "created"
    assert [one["name"] for one in bench.rules() or ()] == ["smtp.example.com"]


def test_where_nothing_unexpected_stands_the_record_is_not_read_and_where_more_does_once(bench: Bench) -> None:
    reader = Reader()
    run_with(bench, reader, advancedNetworking={"nonProxyHosts": [], "portForwards": [THEIR_RULE]})
    created(SecretEnvVarProvider(), "pw", SECRET)
    assert reader.times == 0

    for rule in ({**RULE}, {**RULE, "environment_id": "20002"}):
        bench.edit(EnvironmentId("10001", "20002"), advancedNetworking={"nonProxyHosts": [], "portForwards": [THEIR_RULE]})
        with pytest.raises(Occupied):
            created(PortForwardProvider(), f"smtp-{rule['environment_id']}", rule)
    assert reader.times == 1


def test_a_record_that_cannot_be_read_is_said_with_the_way_out(bench: Bench) -> None:
    reader = Reader(error=EngineFailed("pulumi stack failed: passphrase must be set."))
    run_with(bench, reader, variables=[THEIR_SECRET])

    with pytest.raises(Occupied, match=r"passphrase must be set.*`pulumi up --refresh`"):
        created(SecretEnvVarProvider(), "pw", SECRET)


ONE_SET = {**HERE, "values": {"MAIL_NOTE": "old", "MAIL_SIZE": "big"}, "secrets": {"EMAIL_PASSWORD": "password123"}}
LEFT = {**HERE, "values": {"MAIL_SIZE": "big"}}
NOTE = {**HERE, "name": "MAIL_NOTE", "value": "new"}
TAKERS = [DeclaredResource("EnvVar", "note", NOTE), DeclaredResource("SecretEnvVar", "pw", SECRET)]


def told_of(*declared: DeclaredResource) -> dict[str, Any]:
    text = declaration((DeclaredResource("EnvVars", "vars", LEFT), *declared))
    return {NAME: {"stack": "org/project/stack", "dry_run": False, "urn": "", "declared": text}}


def checked(olds: dict[str, Any], news: dict[str, Any], *declared: DeclaredResource) -> dict[str, Any]:
    """Check the set as part of a program that declares others besides."""
    found = EnvVarsProvider().check(olds, {**news, "logical_name": "vars", **told_of(*declared)})
    assert not found.failures
    return in_the_clear(found.inputs)  # type: ignore[no-any-return]


def given_away(bench: Bench) -> RecordedResource:
    """Have a set give two entries to resources that do not come; return it as the state has it."""
    run_with(bench, Reader())
    before = checked({}, ONE_SET)
    outs = EnvVarsProvider().create(before).outs or {}
    after = checked(before, LEFT, *TAKERS)
    outs = EnvVarsProvider().update("", outs, after).outs or {}
    return recorded_set(after, outs)


def recorded_set(inputs: dict[str, Any], outs: dict[str, Any]) -> RecordedResource:
    urn = "urn:pulumi:stack::project::pulumi-python:dynamic/aem:EnvVars::vars"
    return RecordedResource("EnvVars", urn, "id", normalise("EnvVars", inputs), normalise("EnvVars", outs))


def test_what_a_set_gave_away_in_a_run_that_was_cut_off_is_ours_until_the_taker_has_recorded_it(bench: Bench) -> None:
    left = given_away(bench)
    assert left.inputs["hands_over"] == ["10001/20001/all/EMAIL_PASSWORD", "10001/20001/all/MAIL_NOTE"]
    assert "hands_over" not in left.outputs
    bench.forget()

    run_with(bench, Reader(left))
    assert checked(dict(left.inputs), LEFT, *TAKERS)["hands_over"] == left.inputs["hands_over"], "nobody has recorded it yet"
    assert created(SecretEnvVarProvider(), "pw", SECRET)["origin"] == "created"
    assert created(EnvVarProvider(), "note", NOTE)["origin"] == "created"
    assert bench.live_variables()["MAIL_NOTE"]["value"] == "new"

    taken = [recorded("SecretEnvVar", "pw", SECRET, origin="created"), recorded("EnvVar", "note", NOTE, origin="created")]
    run_with(bench, Reader(left, *taken))
    inputs = checked(dict(left.inputs), LEFT, *TAKERS)
    assert "hands_over" not in inputs
    assert not EnvVarsProvider().diff("", dict(left.outputs), inputs).changes

    run_with(bench, Reader(recorded_set(inputs, dict(left.outputs))))
    with pytest.raises(Occupied):
        created(EnvVarProvider(), "note", {**NOTE, "value": "else"})


def test_what_was_given_away_and_nobody_declares_any_more_is_somebody_elses(bench: Bench) -> None:
    left = given_away(bench)
    run_with(bench, Reader(left))
    inputs = checked(dict(left.inputs), LEFT, TAKERS[1])
    assert inputs["hands_over"] == ["10001/20001/all/EMAIL_PASSWORD"], "the note's resource has left the program"
    assert not EnvVarsProvider().diff("", dict(left.outputs), inputs).changes

    run_with(
        bench, Reader(recorded_set(inputs, dict(left.outputs))), variables=[{"name": "MAIL_NOTE", "type": "string", "value": "theirs"}]
    )
    with pytest.raises(Occupied):
        created(EnvVarProvider(), "note", NOTE)


def test_what_was_given_away_stays_ours_while_it_is_not_known_who_declares_it(bench: Bench) -> None:
    left = given_away(bench)
    unknown = DeclaredResource("EnvVar", "later", {**NOTE, "environment_id": pulumi.Output.from_input("later")})

    run_with(bench, Reader(left))

    assert checked(dict(left.inputs), LEFT, unknown)["hands_over"] == left.inputs["hands_over"]


def test_a_set_that_keeps_one_entry_goes_nowhere_with_those_that_it_gives_away(bench: Bench) -> None:
    """In a narrow run the taker comes before the set is checked, so that the record alone tells who has its entry."""
    entries = {"MAIL_SIZE": {"value": "big"}, "MAIL_NOTE": {"value": "old"}}
    recorded_entries = [
        replace(one, urn=f"urn:pulumi:stack::project::pulumi-python:dynamic/aem:EnvVars::vars::[{name}]")
        for name, given in entries.items()
        for one in [recorded("EnvVar", "vars", {**HERE, "name": name, **given}, origin="created")]
    ]
    theirs = [{"name": name, "type": "string", **given} for name, given in entries.items()]
    run_with(bench, Reader(*recorded_entries), variables=theirs)

    inputs = EnvVarProvider().check({}, {**NOTE, "logical_name": "note", **told_of(*TAKERS)}).inputs or {}

    assert (EnvVarProvider().create(inputs).outs or {})["origin"] == "created"
    assert bench.live_variables()["MAIL_NOTE"]["value"] == "new"


def test_what_a_set_declared_in_vain_is_not_given_away(bench: Bench) -> None:
    run_with(bench, Reader(), variables=[{"name": "MAIL_NOTE", "type": "string", "value": "theirs"}])
    before = checked({}, ONE_SET)
    with pytest.raises(NotReady) as failed:
        EnvVarsProvider().create(before)
    after = checked(before, LEFT, *TAKERS)
    outs = EnvVarsProvider().update("", dict(failed.value.outs), after).outs or {}

    run_with(bench, Reader(recorded_set(after, outs)))
    with pytest.raises(Occupied):
        created(EnvVarProvider(), "note", NOTE)


def test_a_refresh_keeps_what_a_set_has_given_away(bench: Bench) -> None:
    left = given_away(bench)
    struct = Struct()
    struct.update(left.inputs)

    def asked(request: ReadRequest) -> ReadResult:
        assert request.inputs
        return EnvVarsProvider().read("id", dict(left.outputs))

    read = asked(ReadRequest(inputs=struct))

    assert (read.inputs or {})["hands_over"] == left.inputs["hands_over"]
    assert (read.outs or {})["handed_over"] == left.outputs["handed_over"]


def test_what_was_refreshed_needs_no_record(bench: Bench) -> None:
    reader = Reader(error=EngineFailed("pulumi stack failed."))
    run_with(bench, reader, variables=[THEIR_SECRET])
    old = {**SECRET, "logical_name": "old", "origin": "created", "type": "secretString"}
    assert SecretEnvVarProvider().read("10001/20001/all/EMAIL_PASSWORD", old).id

    assert created(SecretEnvVarProvider(), "pw", SECRET)["origin"] == "created"
    assert reader.times == 0
