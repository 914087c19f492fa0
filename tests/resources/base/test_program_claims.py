"""What a program declares, as a set of entries is told of it."""

import pulumi

from aem_mail.resources.base.program_claims import NAME, claims_of
from aem_mail.resources.port_forwards import PortForwardsProvider
from tests.resources.runs import begin_again
from tests.rollout.harness import Bench

HERE = {"program_id": "10001", "environment_id": "20001"}
BOTH = {"30465": "smtp.example.com:465", "30587": "smtp.example.com:587"}
KEY = "PortForward 10001/20001/30465"


def test_every_key_whose_address_is_plain_is_told_with_its_owner() -> None:
    later = pulumi.Output.from_input("later")

    assert claims_of(
        [
            ("PortForward", "smtp", {**HERE, "name": later, "port_dest": 465, "port_orig": None}),
            ("PortForward", "unknown", {**HERE, "name": "smtp.example.com", "port_dest": later}),
            ("EnvVars", "vars", {**HERE, "values": {"A_B": {"value": later}, "C_D@author": {"value": "x"}}, "secrets": None}),
            ("SecretEnvVar", "elsewhere", {"program_id": later, "environment_id": "20001", "name": "E_F"}),
        ]
    ) == {KEY: "smtp", "EnvVar 10001/20001/all/A_B": "vars", "EnvVar 10001/20001/author/C_D": "vars"}


def test_an_update_keeps_what_the_program_declares_elsewhere_and_records_nothing_of_that(bench: Bench, said: list[str]) -> None:
    bench.edit(advancedNetworking={"nonProxyHosts": [], "portForwards": [{"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}]})
    provider = PortForwardsProvider()
    before = provider.check({}, {**HERE, "logical_name": "ways", "rules": BOTH}).inputs or {}
    outs = provider.create(before).outs or {}
    begin_again()

    news = {**HERE, "logical_name": "ways", "rules": {"30587": BOTH["30587"]}, NAME: {KEY: "smtp"}}
    after = provider.check(before, news).inputs or {}
    updated = provider.update("", outs, after).outs or {}

    assert {NAME, "30465"}.isdisjoint({*after, *updated, *updated["rules"]})
    assert {one["portOrig"] for one in bench.rules() or ()} == {30465, 30587}
    assert any("ways: 30465: kept: still declared, as smtp." in line for line in said)
