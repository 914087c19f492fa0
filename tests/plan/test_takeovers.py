"""What is there, is foreign, and would be overwritten."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import AdvancedNetworking, EnvironmentId, NetworkInfrastructure, Variable, VariableKey
from aem_mail.plan.changes import recorded_states
from aem_mail.plan.gates import Gates, refused_takeovers
from aem_mail.plan.takeovers import Takeovers
from aem_mail.plan.world import World, as_recorded
from aem_mail.stack.preview import PreviewStep
from tests import vpn
from tests.plan.build import INFRASTRUCTURE, PLACE, P, changes, create, delete, rule, same, secret, step, update, variable

HERE = EnvironmentId("10001", "20001")
RULE: Mapping[str, Any] = {"name": "other.example.com", "portDest": 465, "portOrig": 30465}
SECRET_THERE = Variable(VariableKey(None, "A"), "secretString", "ready")


def string(value: str = "theirs", status: str = "ready") -> Variable:
    return Variable(VariableKey(None, "A"), "string", status, value)


def world(*variables: Variable, rules: tuple[Mapping[str, Any], ...] = (), hosts: tuple[str, ...] = (), **more: Any) -> World:
    networking = AdvancedNetworking(True, "30001", hosts, rules)
    return World({HERE: LiveEnvironment(as_recorded(HERE), networking, variables)}, asked=frozenset({HERE}), **more)


def taken(there: World, *steps: PreviewStep) -> list[tuple[str, str]]:
    found = Takeovers(recorded_states(steps), there).among(changes(*steps))
    return [(one.change.name, one.there) for one in found]


def unknown(there: World, *steps: PreviewStep) -> list[str]:
    return [change.name for change in Takeovers(recorded_states(steps), there).unknown(changes(*steps))]


CANNOT_BE_READ = "a secretString, whose value cannot be read"


@pytest.mark.parametrize(
    ("there", "wanted", "shows"),
    [
        (SECRET_THERE, create("SecretEnvVar", "a", **secret("A")), CANNOT_BE_READ),
        (SECRET_THERE, create("SecretEnvVar", "a", **secret("A", on_conflict="replace")), CANNOT_BE_READ),
        (SECRET_THERE, create("SecretEnvVar", "a", **{**PLACE, "name": "A", "value_from": "env:A"}), CANNOT_BE_READ),
        (SECRET_THERE, create("SecretEnvVar", "a", **secret("A", on_conflict="keep")), None),
        (SECRET_THERE, create("SecretEnvVar", "a", **secret("A", service="author")), None),
        (SECRET_THERE, create("EnvVar", "a", **variable("A", on_conflict="replace")), "a secretString, which becomes a string"),
        (string(), create("SecretEnvVar", "a", **secret("A")), "a string, which becomes a secretString"),
        (string(), create("SecretEnvVar", "a", **secret("A", on_conflict="keep")), "a string, which becomes a secretString"),
        (string(), create("EnvVar", "a", **variable("A", "ours", on_conflict="replace")), "a string of another value"),
        (string(), create("EnvVar", "a", **variable("A", "[secret]", on_conflict="replace")), "a string, which may have another value"),
        (string("ours"), create("EnvVar", "a", **variable("A", "ours", on_conflict="replace")), None),
        (string(status="deleted"), create("EnvVar", "a", **variable("A", "ours", on_conflict="replace")), None),
    ],
)
def test_of_a_foreign_variable_it_is_told_what_stands_there_and_no_value(there: Variable, wanted: PreviewStep, shows: str | None) -> None:
    assert taken(world(there), wanted) == ([] if shows is None else [("a", shows)])


@pytest.mark.parametrize(
    "steps",
    [
        (update("SecretEnvVar", "a", secret("A"), fingerprint="fp1:2"),),
        (create("SecretEnvVar", "b", **secret("A")), delete("SecretEnvVar", "a", **secret("A"))),
        (same("SecretEnvVar", "a", **secret("A")),),
        (create("EnvVar", "b", **variable("A", on_conflict="replace")), delete("SecretEnvVar", "a", **secret("A"))),
        (delete("SecretEnvVar", "a", **secret("A")),),
    ],
    ids=["updated", "renamed", "unchanged", "made a plain one", "deleted"],
)
def test_what_this_stack_has_recorded_is_not_foreign(steps: tuple[PreviewStep, ...]) -> None:
    assert taken(world(SECRET_THERE), *steps) == []
    assert unknown(World(), *steps) == []


def test_a_variable_that_somebody_made_another_type_since_is_not_what_was_recorded() -> None:
    assert taken(world(SECRET_THERE), update("EnvVar", "a", variable("A", "x"), value="y")) == [
        ("a", "a secretString, which becomes a string")
    ]


@pytest.mark.parametrize(
    ("wanted", "shows"),
    [
        (rule(30465, on_conflict="replace"), [("r", "port forward 30465 → other.example.com:465")]),
        (rule(30465, "other.example.com", on_conflict="replace"), []),
        (rule(30466, on_conflict="replace"), []),
        (rule(30465), []),
    ],
)
def test_a_foreign_rule_is_taken_over_where_the_declaration_wins(wanted: Mapping[str, Any], shows: list[tuple[str, str]]) -> None:
    assert taken(world(rules=(RULE,)), create("PortForward", "r", **wanted)) == shows


def test_a_rule_that_the_stack_has_under_another_name_is_its_own() -> None:
    recorded = delete("PortForward", "old", **rule(30465, "other.example.com"))

    assert taken(world(rules=(RULE,)), create("PortForward", "r", **rule(30465, on_conflict="replace")), recorded) == []


def test_foreign_hosts_that_a_declared_list_leaves_out_are_named() -> None:
    there = world(hosts=("a.example", "*.B.example", "c.example"))
    declared = {**PLACE, "non_proxy_hosts": ["a.example"]}

    assert taken(there, create("AdvancedNetworking", "net", **declared)) == [
        ("net", "non-proxy hosts *.B.example and c.example, left out of the declared list")
    ]
    recorded = {**PLACE, "non_proxy_hosts": ["*.b.example", "c.example"]}
    assert taken(there, update("AdvancedNetworking", "net", recorded, non_proxy_hosts=["a.example"])) == []
    assert taken(there, create("AdvancedNetworking", "net", **PLACE)) == []


def declared_vpn(**more: Any) -> dict[str, Any]:
    return {"program_id": P, "kind": "vpn", "region": "va7", "address_space": [vpn.ADDRESS_SPACE], "dns": vpn.DNS, **more}


@pytest.mark.parametrize(
    ("more", "shows"),
    [
        ({"connections": None}, []),
        ({"dns": {**vpn.DNS, "domains": ["x.example"]}}, [("v", "a vpn that is configured differently")]),
        ({"connections": "[secret]"}, [("v", "a vpn, whose connections may be configured differently")]),
    ],
)
def test_a_vpn_that_may_be_configured_otherwise_is_taken_over(more: dict[str, Any], shows: list[tuple[str, str]]) -> None:
    there = NetworkInfrastructure("1", "vpn", "va7", "ready", address_space=(vpn.ADDRESS_SPACE,), dns=vpn.DNS)
    live = World(programs={P: LiveProgram((there,))}, asked=frozenset({P}))
    wanted = declared_vpn(**more)

    assert taken(live, create("NetworkInfrastructure", "v", **wanted)) == shows
    assert taken(live, create("NetworkInfrastructure", "v", **wanted), delete("NetworkInfrastructure", "old", **wanted)) == []


@pytest.mark.parametrize(
    ("policy", "content", "shows"), [("replace", "new", [("f", "a file of another content")]), ("replace", "old", []), ("error", "new", [])]
)
def test_a_file_of_another_content_is_taken_over(policy: str, content: str, shows: list[tuple[str, str]]) -> None:
    wanted = {"directory": "osgi", "pid": "com.example.Mail", "content": content, "on_conflict": policy}

    assert taken(World(files={"osgi/config/com.example.Mail.cfg.json": "old"}), create("OsgiConfig", "f", **wanted)) == shows


def test_where_nobody_asked_what_would_overwrite_is_not_known() -> None:
    steps = (
        create("SecretEnvVar", "a", **secret("A", on_conflict="replace")),
        create("SecretEnvVar", "b", **secret("B", on_conflict="keep")),
        create("EnvVar", "c", **variable("C")),
        create("PortForward", "d", **rule(30465, on_conflict="replace")),
        create("OsgiConfig", "f", directory="osgi", pid="p", content="x", on_conflict="replace"),
        create("AdvancedNetworking", "n", **PLACE, non_proxy_hosts=["a.example"]),
        create("AdvancedNetworking", "o", **PLACE),
        create("NetworkInfrastructure", "v", **declared_vpn(connections="[secret]")),
        create("NetworkInfrastructure", "w", **INFRASTRUCTURE),
    )

    assert (taken(World(), *steps), unknown(World(), *steps)) == ([], ["v", "n", "d", "a"])
    assert unknown(world(), *steps) == ["v"]
    assert unknown(World(asked=frozenset({HERE, P})), *steps) == []


def test_the_gate_names_what_is_taken_over_and_what_is_not_known() -> None:
    steps = [create("SecretEnvVar", name, **secret(name)) for name in ("A", "B", "C", "D", "E", "F", "G")]
    takeovers = Takeovers((), world(SECRET_THERE)).among(changes(*steps))

    assert refused_takeovers(Gates(), takeovers, changes(*steps)) == ()
    assert refused_takeovers(Gates(refuse_takeover=True), (), ()) == ()
    assert refused_takeovers(Gates(refuse_takeover=True), takeovers, changes(*steps)) == (
        "The plan takes over 1 thing (A), and --refuse-takeover allows none.",
        "Whether A, B, C, D, E and 2 more would overwrite what is there is not known, since Cloud Manager did not say, and "
        "--refuse-takeover allows no doubt.",
    )


@given(
    st.sampled_from(("EnvVar", "SecretEnvVar")), st.sampled_from(("keep", "error", "replace")), st.sampled_from((SECRET_THERE, string("x")))
)
def test_a_stack_takes_over_nothing_that_it_has_recorded_as_it_is(kind: str, policy: str, there: Variable) -> None:
    matching = "SecretEnvVar" if there.type == "secretString" else "EnvVar"
    properties = secret("A") if matching == "SecretEnvVar" else variable("A", "x")
    wanted = secret("A", on_conflict=policy) if kind == "SecretEnvVar" else variable("A", "y", on_conflict=policy)

    steps = (create(kind, "new", **wanted), step("delete", matching, "old", properties))
    assert taken(world(there), *steps) == []
