"""A kind that no file of the package knows is known to all of it, once it is registered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import pytest

from aem_mail.checks.declared import declarations
from aem_mail.drift.drift import find_drift
from aem_mail.drift.fleet import DriftReport
from aem_mail.drift.state import ProjectContext, StackState
from aem_mail.kinds import Scope, UnknownKind, claim_keys, decide, identity, kind_named, problems, register, unregister
from aem_mail.kinds.environment_variable import VariableKind
from aem_mail.kinds.forms import ENVIRONMENT as ENVIRONMENT_FORMS
from aem_mail.kinds.forms import Forms
from aem_mail.kinds.hosts import host
from aem_mail.kinds.kind import LiveValues, ResourceKind
from aem_mail.kinds.port_forward import PORT_ORIG, rules_on
from aem_mail.kinds.requests import (
    NetworkingRequest,
    Operation,
    PutRule,
    RemoveRule,
    RemoveVariable,
    SetVariable,
    VariableRequest,
    rule_key,
    variable_claim,
)
from aem_mail.kinds.shapes import ENVIRONMENT, Field, text
from aem_mail.live.model import LiveEnvironment
from aem_mail.model import (
    AdvancedNetworking,
    EnvironmentId,
    PortForward,
    Properties,
    Variable,
    VariableKey,
    VariableType,
    port_forward_entry,
)
from aem_mail.model.drift_classes import DriftClass
from aem_mail.plan.changes import changes_of, recorded_states
from aem_mail.plan.plan import Asked, Findings, Plan, make_plan
from aem_mail.plan.world import as_recorded, recorded_world
from aem_mail.reports import drift as drift_report
from aem_mail.reports import plan as plan_report
from aem_mail.reports.markdown import to_markdown
from aem_mail.reports.text import to_text
from aem_mail.stack.preview import Preview, PreviewStep, ResourceState
from tests.drift.build import enabled, live, live_variable, resource, stack

P, E = "10001", "20001"
HERE = EnvironmentId(P, E)
PLACE: Mapping[str, Any] = {"program_id": P, "environment_id": E}
RELAY_PORT = 2525


def environment_of(properties: Properties) -> EnvironmentId:
    return EnvironmentId(str(properties.get("program_id")), str(properties.get("environment_id")))


class RelayKind(ResourceKind):
    """A rule of the networking document, whose port on the relay is always the same, under names of its own and two type tokens."""

    name = "MailRelay"
    scope = Scope.NETWORKING
    parts: ClassVar[tuple[str, ...]] = ("program_id", "environment_id", "proxy_port")
    normal: ClassVar[Forms] = ENVIRONMENT_FORMS
    fields: ClassVar[Mapping[str, Field]] = {
        **ENVIRONMENT,
        "relay": Field(host, required=True),
        "proxy_port": Field(PORT_ORIG, required=True),
    }
    compared = (*parts, "relay")
    readable = ("relay",)

    @property
    def tokens(self) -> tuple[str, ...]:
        return (*super().tokens, "pulumi-python:dynamic/aem:Relay")

    def thing(self, properties: Properties) -> str:
        return f"the relay {properties.get('relay')} behind {properties.get('proxy_port')}"

    def claim_keys(self, properties: Properties, project: str | None = None) -> tuple[str, ...]:
        known = isinstance(properties.get("proxy_port"), int)
        return (rule_key(environment_of(properties), properties["proxy_port"]),) if known else ()

    def live_values(self, recorded: Properties, there: AdvancedNetworking | None) -> LiveValues | None:
        found = [] if there is None else rules_on(there, recorded["proxy_port"])
        return {"relay": found[0].name} if found else None

    def request(self, operation: Operation, recorded: Properties, wanted: Properties, value: str | None = None) -> NetworkingRequest:
        if operation is Operation.DELETE:
            return RemoveRule(recorded["proxy_port"])
        (rule,) = self.rules(wanted)
        return PutRule(wanted["logical_name"], rule, owned=operation is Operation.UPDATE)

    def rules(self, properties: Properties) -> Sequence[PortForward]:
        return (PortForward(properties["relay"], RELAY_PORT, properties["proxy_port"]),)


class SenderKind(VariableKind):
    """A variable whose name is always the same."""

    name = "MailSender"
    type = VariableType.STRING
    parts = ("program_id", "environment_id")
    optional_parts = frozenset[str]()
    fields: ClassVar[Mapping[str, Field]] = {**ENVIRONMENT, "address": Field(text, required=True)}
    compared = (*parts, "address")
    readable = ("address",)
    key = VariableKey(None, "MAIL_SENDER")

    def thing(self, properties: Properties) -> str:
        return "who the mail is from"

    def claim_keys(self, properties: Properties, project: str | None = None) -> tuple[str, ...]:
        return (variable_claim(environment_of(properties), self.key),)

    def live_values(self, recorded: Properties, there: Sequence[Variable] | None) -> LiveValues | None:
        found = [one for one in there or () if one.key == self.key]
        return {"address": found[0].value} if found else None

    def request(self, operation: Operation, recorded: Properties, wanted: Properties, value: str | None = None) -> VariableRequest:
        if operation is Operation.DELETE:
            return RemoveVariable(self.key, self.type)
        return SetVariable(wanted["logical_name"], self.key, self.type, value, owned=operation is Operation.UPDATE)

    def variables(self, properties: Properties) -> Sequence[Variable]:
        return (Variable(self.key, self.type, "ready", properties.get("address")),)


class RelaysKind(RelayKind):
    """Several such rules as one resource."""

    name = "MailRelays"
    parts: ClassVar[tuple[str, ...]] = ("program_id", "environment_id")

    @property
    def tokens(self) -> tuple[str, ...]:
        return ("pulumi-python:dynamic/aem:MailRelays",)

    def claim_keys(self, properties: Properties, project: str | None = None) -> tuple[str, ...]:
        return tuple(rule_key(environment_of(properties), port) for port in properties.get("relays", {}))


RELAY, SENDER, RELAYS = RelayKind(), SenderKind(), RelaysKind()
A_RELAY: Mapping[str, Any] = {**PLACE, "relay": "relay.example.com", "proxy_port": 30525}
A_SENDER: Mapping[str, Any] = {**PLACE, "address": "noreply@example.com"}
RULE = PortForward("relay.example.com", RELAY_PORT, 30525)
EVERYWHERE = pytest.mark.parametrize("token", RELAY.tokens)


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    for kind in (RELAY, SENDER, RELAYS):
        register(kind)
    yield
    for kind in (RELAY, SENDER, RELAYS):
        unregister(kind)


def step(operation: str, kind: ResourceKind, old: Properties | None, new: Properties | None, token: str = "") -> PreviewStep:
    sides = [None if one is None else {"logical_name": "mine", **one} for one in (old, new)]
    before, after = (None if one is None else ResourceState(kind.identity(one), one, one) for one in sides)
    return PreviewStep(operation, f"urn:pulumi:dev::p::{kind.tokens[0]}::mine", token or kind.tokens[0], before, after)


def enablement() -> PreviewStep:
    kind = kind_named("AdvancedNetworking")
    return replace(step("same", kind, PLACE, PLACE), urn="urn:pulumi:dev::p::networking::net")


def plan(*steps: PreviewStep, there: LiveEnvironment | None = None) -> Plan:
    preview = Preview(steps, config={}, succeeded=True)
    changes = changes_of(steps)
    world = recorded_world(recorded_states(steps), changes)
    if there is not None:
        world = replace(world, environments={HERE: there}, asked=frozenset({HERE}))
    return make_plan("dev", preview, changes, Findings(world, Asked.YES))


def drift(own: StackState, networking: AdvancedNetworking, *variables: Variable) -> DriftReport:
    return find_drift([own], live(networking, variables), ProjectContext("/project", date(2030, 6, 1)))


def test_its_inputs_are_checked_by_its_own_rules() -> None:
    assert problems("MailRelay", A_RELAY) == []
    assert [problem.field for problem in problems("MailRelay", {**A_RELAY, "relay": "not a host", "proxy_port": 1})] == [
        "relay",
        "proxy_port",
    ]
    assert [problem.field for problem in problems("MailSender", PLACE)] == ["address"]


def test_its_states_are_compared_by_its_own_inputs() -> None:
    assert identity("MailRelay", A_RELAY) == "10001/20001/30525"
    assert decide("MailRelay", A_RELAY, {**A_RELAY, "note": "x"}).changed == ()
    assert decide("MailRelay", A_RELAY, {**A_RELAY, "relay": "b.example.com"}).changed == ("relay",)
    assert decide("MailRelay", A_RELAY, {**A_RELAY, "proxy_port": 30526}).replaces == ("proxy_port",)


def test_the_checks_see_what_it_declares() -> None:
    declared = declarations([("MailRelay", A_RELAY), ("MailSender", A_SENDER)])[HERE]

    assert declared.port_forwards == (RULE,)
    assert [(one.key, one.type) for one in declared.variables] == [(SenderKind.key, "string")]


@EVERYWHERE
def test_a_plan_sends_its_rule_and_shows_it_in_its_own_words(token: str) -> None:
    made = plan(enablement(), step("create", RELAY, None, A_RELAY, token))

    (cost,) = made.cost.environments
    assert (cost.puts, cost.patches, made.troubles) == (1, 0, ())
    words = "the relay relay.example.com behind 30525"
    assert words in to_text(plan_report.to_document(made))
    assert words in to_markdown(plan_report.to_document(made))
    (change,) = plan_report.to_json(made)["changes"]
    assert (change["kind"], change["operation"], change["name"]) == ("MailRelay", "create", "mine")


def test_a_plan_sends_its_variable() -> None:
    made = plan(step("update", SENDER, A_SENDER, {**A_SENDER, "address": "other@example.com"}))

    (cost,) = made.cost.environments
    assert (cost.puts, cost.patches) == (0, 1)
    assert "who the mail is from" in to_text(plan_report.to_document(made))


def test_a_plan_finds_its_entries_where_they_are_as_declared() -> None:
    networking = AdvancedNetworking(True, "30001", (), (port_forward_entry(RULE),))
    there = LiveEnvironment(as_recorded(HERE), networking, (Variable(SenderKind.key, "string", "ready", A_SENDER["address"]),))

    made = plan(step("create", RELAY, None, A_RELAY), step("create", SENDER, None, A_SENDER), there=there)

    assert made.cost.nothing
    assert [change.adopted for change in made.changes] == [True, True]


def test_a_plan_refuses_a_rule_that_somebody_else_declares_on_its_port() -> None:
    other = {**PLACE, "name": "smtp.example.com", "port_dest": 465, "port_orig": 30525}
    rule = replace(step("create", kind_named("PortForward"), None, other), urn="urn:pulumi:dev::p::rule::theirs")

    made = plan(enablement(), step("create", RELAY, None, A_RELAY), rule)

    assert "claim the same port_orig" in made.troubles[0].message
    assert claim_keys("MailRelay", A_RELAY) == claim_keys("PortForward", other)


def test_drift_tells_its_change_and_its_absence_and_takes_none_of_it_for_foreign() -> None:
    own = stack(resource("MailRelay", "relay", A_RELAY), resource("MailSender", "sender", A_SENDER))
    sender = live_variable("MAIL_SENDER", A_SENDER["address"])

    assert drift(own, enabled(port_forward_entry(RULE)), sender).findings == ()
    changed = drift(own, enabled(port_forward_entry(replace(RULE, name="else.example.com"))), sender)
    gone = drift(own, enabled())

    (finding,) = changed.findings
    assert (finding.drift_class, finding.kind, finding.name) == (DriftClass.CHANGED, "MailRelay", "relay")
    assert finding.impact is not None
    assert finding.impact.puts == 1
    assert [(one.drift_class, one.kind) for one in gone.findings] == [(DriftClass.MISSING, "MailRelay"), (DriftClass.MISSING, "MailSender")]


def test_a_report_of_drift_shows_it_in_its_own_words() -> None:
    own = stack(resource("MailRelay", "relay", A_RELAY))
    report = drift(own, enabled(port_forward_entry(replace(RULE, name="else.example.com"))))

    shown = to_text(drift_report.to_document(report))
    (finding,) = drift_report.to_document(report).data["findings"]

    assert "the relay relay.example.com behind 30525" in shown
    assert "relay is else.example.com instead of relay.example.com" in shown
    assert (finding["kind"], finding["thing"]) == ("MailRelay", "the relay relay.example.com behind 30525")


@pytest.mark.parametrize(("ports", "kept"), [((), False), ((30525,), False), ((30525, 30526), True)])
def test_a_set_of_entries_is_kept_only_where_each_of_them_is_declared_elsewhere(ports: Sequence[int], kept: bool) -> None:
    own = {**PLACE, "relays": {30525: "relay.example.com", 30526: "relay.example.com"}}
    others = [
        replace(step("create", RELAY, None, {**A_RELAY, "proxy_port": port}), urn=f"urn:pulumi:dev::p::relay::{port}") for port in ports
    ]

    change = next(one for one in changes_of([*others, step("delete", RELAYS, own, None)]) if one.operation is Operation.DELETE)

    assert change.kept is kept


def test_what_is_not_registered_is_refused_loudly() -> None:
    unregister(RELAY)
    try:
        with pytest.raises(UnknownKind, match="MailRelay"):
            declarations([("MailRelay", A_RELAY)])
        assert changes_of([step("create", RELAY, None, A_RELAY)]) == ()
    finally:
        register(RELAY)


def test_a_name_and_a_type_token_belong_to_one_kind() -> None:
    with pytest.raises(ValueError, match="MailRelay"):
        register(RelayKind())
