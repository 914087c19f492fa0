"""The stack's record: read once, where something unexpected stands in a place, and understood as ours or not."""

from pathlib import Path
from typing import Any

import pytest

from aem_mail.errors import AemMailError, Occupied
from aem_mail.kinds import normalise
from aem_mail.model import EnvironmentId
from aem_mail.resources.base.plugin import Run
from aem_mail.resources.base.program import NAME, DeclaredResource, declaration
from aem_mail.resources.base.provider import Provider
from aem_mail.resources.base.record import StackRecord
from aem_mail.resources.environment_variable import SecretEnvVarProvider
from aem_mail.resources.port_forward import PortForwardProvider
from aem_mail.rollout.rollout import Rollout, RolloutOptions, Voice
from aem_mail.stack.command import EngineFailed
from aem_mail.stack.recorded import PendingOperation, RecordedResource, RecordedStack
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
        self._stack = RecordedStack("stack", resources, tuple(PendingOperation("creating", one) for one in pending))
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
    alone = declaration([(DeclaredResource(provider.kind.name, name, properties), None)])
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


def test_what_was_refreshed_needs_no_record(bench: Bench) -> None:
    reader = Reader(error=EngineFailed("pulumi stack failed."))
    run_with(bench, reader, variables=[THEIR_SECRET])
    old = {**SECRET, "logical_name": "old", "origin": "created", "type": "secretString"}
    assert SecretEnvVarProvider().read("10001/20001/all/EMAIL_PASSWORD", old).id

    assert created(SecretEnvVarProvider(), "pw", SECRET)["origin"] == "created"
    assert reader.times == 0
