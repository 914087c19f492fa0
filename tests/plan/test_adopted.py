"""What is created where it is there as declared is told as adopted, and nothing else is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import AdvancedNetworking, EnvironmentId, NetworkInfrastructure, Variable, VariableKey
from aem_mail.plan.changes import changes_of
from aem_mail.plan.plan import Asked, Findings, Plan, make_plan
from aem_mail.plan.world import World, as_recorded
from aem_mail.reports.markdown import to_markdown
from aem_mail.reports.plan import to_document, to_json
from aem_mail.reports.text import to_text
from aem_mail.stack.preview import Preview, PreviewStep
from tests import vpn
from tests.plan.build import INFRASTRUCTURE, PLACE, P, create, delete, moved, rule, secret, variable

HERE: Final = EnvironmentId("10001", "20001")
RULE: Final[Mapping[str, Any]] = {"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}
EGRESS: Final = NetworkInfrastructure("30001", "flexiblePortEgress", "va7", "ready", is_primary_region=True)
FILE: Final[Mapping[str, Any]] = {"directory": "osgi", "pid": "com.example.Mail", "content": "{}\n"}


def there(
    *variables: Variable,
    hosts: tuple[str, ...] = (),
    rules: tuple[Mapping[str, Any], ...] = (RULE,),
    infrastructure: NetworkInfrastructure = EGRESS,
) -> World:
    live = LiveEnvironment(as_recorded(HERE), AdvancedNetworking(True, "30001", hosts, rules), variables)
    return World({HERE: live}, {P: LiveProgram((infrastructure,), sandbox=False)}, frozenset({HERE, P}))


DEDICATED: Final = there(hosts=("ldap.example.com",), infrastructure=replace(EGRESS, kind="dedicatedEgressIp"))


def held(name: str, value: str | None = "x", type_: str = "string", status: str = "ready") -> Variable:
    return Variable(VariableKey(None, name), type_, status, value)


def planned(world: World, *steps: PreviewStep, asked: Asked = Asked.YES) -> Plan:
    preview = Preview(steps, config={}, succeeded=True)
    return make_plan("dev", preview, changes_of(steps), Findings(world, asked))


def adopted(world: World, *steps: PreviewStep) -> list[str]:
    return [change.name for change in planned(world, *steps).changes if change.adopted]


@pytest.mark.parametrize(
    ("step", "world", "is_adopted"),
    [
        (create("NetworkInfrastructure", "a", **INFRASTRUCTURE), there(), True),
        (create("NetworkInfrastructure", "a", **{**INFRASTRUCTURE, "region": "nld2"}), there(), False),
        (create("AdvancedNetworking", "a", **PLACE), there(hosts=("ldap.example.com",)), True),
        (create("AdvancedNetworking", "a", **PLACE, non_proxy_hosts=["LDAP.example.com"]), DEDICATED, True),
        (create("AdvancedNetworking", "a", **PLACE, non_proxy_hosts=["x.example.com"]), DEDICATED, False),
        (create("PortForward", "a", **rule(30465)), there(), True),
        (create("PortForward", "a", **rule(30466)), there(), False),
        (create("PortForward", "a", **rule(30465, "smtp.sendgrid.com", on_conflict="replace")), there(), False),
        (create("PortForward", "a", **rule(30465, "smtp.sendgrid.com")), there(), False),
        (create("EnvVar", "a", **variable("A")), there(held("A")), True),
        (create("EnvVar", "a", **variable("A")), there(held("A", status="failed")), False),
        (create("EnvVar", "a", **variable("A", on_conflict="replace")), there(held("A", "theirs")), False),
        (create("EnvVar", "a", **variable("A", "[secret]", on_conflict="replace")), there(held("A")), False),
        (create("EnvVar", "a", **variable("A")), there(), False),
        (create("SecretEnvVar", "a", **secret("A")), there(held("A", None, "secretString")), False),
        (create("SecretEnvVar", "a", **secret("A", on_conflict="keep")), there(held("A", None, "secretString")), True),
        (create("SecretEnvVar", "a", **secret("A", on_conflict="keep")), there(held("A", None, "secretString", "failed")), False),
        (create("OsgiConfig", "a", **FILE), replace(there(), files={"osgi/config/com.example.Mail.cfg.json": "{}\n"}), True),
        (create("OsgiConfig", "a", **FILE), replace(there(), files={"osgi/config/com.example.Mail.cfg.json": "{ }\n"}), False),
        (create("OsgiConfig", "a", **{**FILE, "content": None}), there(), False),
    ],
)
def test_what_is_there_as_declared_is_adopted_and_what_is_written_is_not(step: PreviewStep, world: World, is_adopted: bool) -> None:
    assert adopted(world, step) == (["a"] if is_adopted else [])


def test_a_vpn_whose_connections_are_hidden_is_not_known_to_be_as_declared() -> None:
    live = replace(EGRESS, kind="vpn", address_space=(vpn.ADDRESS_SPACE,), dns=vpn.DNS)
    wanted = {**INFRASTRUCTURE, "kind": "vpn", "address_space": [vpn.ADDRESS_SPACE], "dns": vpn.DNS, "connections": "[secret]"}

    assert adopted(there(infrastructure=live), create("NetworkInfrastructure", "a", **wanted)) == []


def test_one_that_is_there_is_adopted_though_another_is_written_with_the_same_change() -> None:
    steps = (
        create("PortForward", "found", **rule(30465)),
        create("PortForward", "new", **rule(30466)),
        create("EnvVar", "equal", **variable("A")),
        create("EnvVar", "more", **variable("B")),
    )

    assert adopted(there(held("A")), *steps) == ["found", "equal"]


def test_what_the_state_alone_tells_is_adopted_by_nobody() -> None:
    unasked = replace(there(held("A")), asked=frozenset())
    steps = (create("PortForward", "a", **rule(30465)), create("EnvVar", "b", **variable("A")))

    assert not any(change.adopted for change in planned(unasked, *steps, asked=Asked.NO_CREDENTIALS).changes)


def test_a_replacement_is_a_change_though_its_new_place_is_taken_as_declared() -> None:
    forwards = (RULE, {**RULE, "portOrig": 30466})

    assert adopted(there(rules=forwards), *moved("PortForward", "a", rule(30466), rule(30465))) == []


def test_a_resource_under_a_new_name_is_adopted_and_its_old_name_lets_go() -> None:
    steps = (create("PortForward", "new", **rule(30465)), delete("PortForward", "old", **rule(30465)))

    assert adopted(there(), *steps) == ["new"]


def test_the_report_shows_it_as_adopted_and_counts_it_apart_in_every_form() -> None:
    plan = planned(there(held("A")), create("PortForward", "found", **rule(30465)), create("EnvVar", "more", **variable("B")))

    assert to_text(to_document(plan)).startswith(
        "Plan for stack dev: 1 change, 1 adopted\n"
        "\n"
        "   kind         name   what                                               remark\n"
        "+  EnvVar       more   B (all services) of environment 20001\n"
        "=  PortForward  found  30465 → smtp.example.com:465 of environment 20001  adopted: it is there as declared\n"
    )
    assert "| adopted: it is there as declared |" in to_markdown(to_document(plan))
    assert {one["name"]: (one["operation"], one["adopted"]) for one in to_json(plan)["changes"]} == {
        "found": ("create", True),
        "more": ("create", False),
    }


def test_a_plan_that_adopts_everything_changes_nothing_and_writes_no_file() -> None:
    world = replace(there(), files={"osgi/config/com.example.Mail.cfg.json": "{}\n"})

    plan = planned(world, create("PortForward", "found", **rule(30465)), create("OsgiConfig", "file", **FILE))

    text = to_text(to_document(plan))
    assert text.startswith("Plan for stack dev: nothing to change, 2 adopted\n")
    assert "Nothing is sent to Cloud Manager, and nothing restarts." in text
    assert "written into" not in text
    assert to_json(plan)["files"] == []
