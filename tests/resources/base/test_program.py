"""What a program tells of its run, as a resource is told of it."""

import asyncio
import gc
import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from aem_mail.errors import Occupied
from aem_mail.kinds.kind import UNKNOWN_ID, DeclaredInfrastructure, Scope
from aem_mail.kinds.requests import EnablementNeeds
from aem_mail.model import EnvironmentId
from aem_mail.resources.base.plugin import current_run
from aem_mail.resources.base.program import NAME, DeclaredResource, RunningProgram, declaration, declare, taken_out
from aem_mail.resources.port_forward import PortForwardProvider
from aem_mail.resources.port_forwards import PortForwardsProvider
from aem_mail.rollout.claims import Claims
from aem_mail.rollout.gathering import Caller
from tests.resources.runs import begin_again
from tests.rollout.harness import Bench

ENVIRONMENT = EnvironmentId("10001", "20001")
HERE = {"program_id": "10001", "environment_id": "20001"}
BOTH = {"30465": "smtp.example.com:465", "30587": "smtp.example.com:587"}
KEY = "PortForward 10001/20001/30465"
TOKEN = "pulumi-python:dynamic/aem:PortForward"


def told(*resources: DeclaredResource, urn: str = "", **more: Any) -> dict[str, Any]:
    """Return the input that tells of these resources."""
    declared = declaration(resources)
    return {NAME: {"stack": "org/project/stack", "dry_run": False, "urn": urn, "declared": declared, **more}}


def test_every_key_whose_address_is_plain_is_told_with_its_owner_and_every_environment_with_its_resources() -> None:
    later = pulumi.Output.from_input("later")

    _, program = taken_out(
        told(
            DeclaredResource("PortForward", "smtp", {**HERE, "name": later, "port_dest": 465, "port_orig": None}),
            DeclaredResource("PortForward", "unknown", {**HERE, "name": "smtp.example.com", "port_dest": later}),
            DeclaredResource(
                "EnvVars", "vars", {**HERE, "values": {"A_B": {"value": later}, "C_D@author": {"value": "x"}}, "secrets": None}
            ),
            DeclaredResource("SecretEnvVar", "elsewhere", {"program_id": later, "environment_id": "20001", "name": "E_F"}),
        )
    )

    assert dict(program.owners) == {
        KEY: "smtp",
        "EnvVar 10001/20001/all/A_B": "vars",
        "EnvVar 10001/20001/author/C_D": "vars",
    }
    assert program.resources == {(ENVIRONMENT, Scope.NETWORKING): 2, (ENVIRONMENT, Scope.VARIABLES): 1}
    assert not program.whole, "the environment of one is not known"


def test_what_networking_needs_is_told_without_the_names_of_hosts() -> None:
    later = pulumi.Output.from_input("later")
    replacing = {"program_id": "10001", "kind": "vpn", "region": "va7", "allow_replace": True}

    input_ = told(
        DeclaredResource("NetworkInfrastructure", "infra", {"program_id": "10001", "kind": "vpn", "region": later}),
        DeclaredResource("NetworkInfrastructure", "other", replacing),
        DeclaredResource("NetworkInfrastructure", "unknown", {"program_id": later, "kind": "vpn", "region": "va7"}),
        DeclaredResource("OsgiConfig", "file", {"directory": "osgiconfig", "pid": "my.Pid"}),
        DeclaredResource("AdvancedNetworking", "net", {**HERE, "non_proxy_hosts": ["host.example.com"], "infrastructure_kind": "vpn"}),
    )
    _, program = taken_out(input_)

    assert dict(program.infrastructures) == {
        "10001": [DeclaredInfrastructure("vpn", None), DeclaredInfrastructure(None, "va7")],
        UNKNOWN_ID: [DeclaredInfrastructure("vpn", "va7")],
    }
    assert dict(program.enables) == {ENVIRONMENT: [EnablementNeeds(has_hosts=True, kind="vpn")]}
    assert "host.example.com" not in str(input_)


def test_all_resources_of_a_long_program_are_told_of_one_file_which_goes_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    pulumi.runtime.set_mocks(Mocks())
    running = [Root()]
    monkeypatch.setattr(pulumi.runtime, "get_root_resource", lambda: running[0])

    async def declared() -> list[str]:
        outputs = [declare("EnvVar", f"variable-{n}", {**HERE, "name": f"MAIL_{n}", "value": "x"}, None) for n in range(200)]
        return [(await output.future() or {})["declared"] for output in outputs]

    (said,) = set(asyncio.run(declared()))
    file = Path(said.partition(" ")[2])
    assert file.exists()

    running.clear()
    gc.collect()

    assert not file.exists()


class Root:
    """The stack of a program."""


def test_no_value_of_a_declaration_is_told() -> None:
    secret = DeclaredResource("SecretEnvVar", "pw", {**HERE, "name": "EMAIL_PASSWORD", "value": "password123"})
    plain = DeclaredResource("EnvVars", "vars", {**HERE, "values": {"A_B": {"value": "password123"}}})

    assert "password123" not in declaration([secret, plain])


@pytest.mark.parametrize(
    ("parent", "urn"),
    [
        (None, f"urn:pulumi:stack::project::{TOKEN}::smtp"),
        (
            "urn:pulumi:stack::project::my:Mail$aem:mail:MailEgress::m",
            f"urn:pulumi:stack::project::my:Mail$aem:mail:MailEgress${TOKEN}::smtp",
        ),
    ],
)
def test_a_urn_is_reckoned_as_the_engine_does(parent: str | None, urn: str) -> None:
    pulumi.runtime.set_mocks(Mocks())

    assert DeclaredResource("PortForward", "smtp", HERE).urn(parent) == urn


class Mocks(pulumi.runtime.Mocks):
    """A stack without an engine."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return "", {}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], None]:
        return {}, None


def test_what_the_program_tells_is_neither_recorded_nor_a_difference() -> None:
    inputs = {**HERE, "logical_name": "smtp", "name": "smtp.example.com", "port_dest": 465}
    provider = PortForwardProvider()

    plain = provider.check({}, dict(inputs)).inputs or {}
    with_it = provider.check({}, {**inputs, **told(urn="urn:a", stack="org/project/stack")}).inputs or {}

    assert plain == with_it
    assert not provider.diff("", {**plain, "origin": "created"}, with_it).changes
    assert (current_run().program.stack, current_run().program.urn) == ("org/project/stack", "urn:a")


def test_nothing_is_told_where_the_input_is_not_there() -> None:
    assert taken_out({"a": 1}) == ({"a": 1}, RunningProgram())


def test_two_resources_of_one_name_under_two_parents_that_claim_one_thing_are_refused_and_named() -> None:
    inputs = {**HERE, "logical_name": "smtp", "name": "smtp.example.com", "port_dest": 465}
    first, second = f"urn:pulumi:s::p::my:A${TOKEN}::smtp", f"urn:pulumi:s::p::my:B${TOKEN}::smtp"
    provider = PortForwardProvider()

    assert not provider.check({}, {**inputs, **told(urn=first)}).failures
    assert not provider.check({}, {**inputs, **told(urn=first)}).failures, "a replacement is checked twice"
    (failure,) = provider.check({}, {**inputs, **told(urn=second)}).failures or []

    assert first in failure.reason
    assert second in failure.reason


def test_a_create_which_is_told_no_urn_has_what_its_check_claimed() -> None:
    claims = Claims()
    claims.claim(KEY, "smtp", "PortForward", "urn:a")

    claims.claim(KEY, "smtp", "PortForward")
    with pytest.raises(Occupied, match="urn:b and urn:a"):
        claims.claim(KEY, "smtp", "PortForward", "urn:b")


def test_an_update_keeps_what_the_program_declares_elsewhere_and_records_nothing_of_that(bench: Bench, said: list[str]) -> None:
    bench.edit(advancedNetworking={"nonProxyHosts": [], "portForwards": [{"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}]})
    provider = PortForwardsProvider()
    before = provider.check({}, {**HERE, "logical_name": "ways", "rules": BOTH}).inputs or {}
    outs = provider.create(before).outs or {}
    begin_again()

    smtp = DeclaredResource("PortForward", "smtp", {**HERE, "name": "smtp.example.com", "port_dest": 465})
    after = provider.check(before, {**HERE, "logical_name": "ways", "rules": {"30587": BOTH["30587"]}, **told(smtp)}).inputs or {}
    updated = provider.update("", outs, after).outs or {}

    assert {NAME, "30465"}.isdisjoint({*after, *updated, *updated["rules"]})
    assert {one["portOrig"] for one in bench.rules() or ()} == {30465, 30587}
    assert any("ways: 30465: kept: still declared, as smtp." in line for line in said)


def test_a_batch_is_complete_once_all_has_come_that_the_program_declares_for_it() -> None:
    smtp, ldap = (DeclaredResource("PortForward", name, {**HERE, "name": name, "port_dest": 465}) for name in ("smtp", "ldap"))
    infrastructure = DeclaredResource("NetworkInfrastructure", "infra", {"program_id": "10001", "kind": "vpn", "region": "va7"})
    traffic = current_run().traffic
    signs = []
    for name, port in (("smtp", 30465), ("ldap", 30466)):
        inputs = {**HERE, "logical_name": name, "name": name, "port_dest": 465, "port_orig": port}
        PortForwardProvider().check({}, {**inputs, **told(smtp, ldap, infrastructure, parallel=1)})
        signs.append(traffic.signs((ENVIRONMENT, Scope.NETWORKING)))
        traffic.arrive(Caller((ENVIRONMENT, Scope.NETWORKING), "PortForward", name))
    signs.append(traffic.signs((ENVIRONMENT, Scope.NETWORKING)))

    assert [(one.expected, one.complete, one.blocked) for one in signs] == [(2, False, False), (1, False, True), (0, True, True)]


def test_the_declaration_is_one_text_for_hundreds_of_resources() -> None:
    many = [
        DeclaredResource("PortForward", f"rule-{n}", {**HERE, "name": "smtp.example.com", "port_dest": 465, "port_orig": n})
        for n in range(300)
    ]

    assert len(json.loads(declaration(many))["owners"]) == 300
