"""What counts as which class, judged from recorded stacks and what is live."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks.ignores import Ignore
from aem_mail.drift.differences import WITH_ITS_ENVIRONMENT
from aem_mail.drift.drift import NOTHING_RECORDED
from aem_mail.drift.finding import Property
from aem_mail.drift.live import Live, Unread
from aem_mail.drift.state import StackState
from aem_mail.drift.undeployed import undeployed
from aem_mail.errors import AemMailError, NotPermitted, ServerError
from aem_mail.live.model import NoEntry, OutOfReach
from aem_mail.model import EnvironmentId
from aem_mail.model.drift_classes import DriftClass
from aem_mail.reports.drift import to_document
from aem_mail.reports.text import to_text
from aem_mail.stack.answer import Unreadable
from aem_mail.stack.preview import Preview
from aem_mail.stack.values import MASKED
from tests.plan.build import update
from tests.plan.build import variable as plan_variable
from tests.strategies import FIELDS, json_values, valid_with_kind

from .build import (
    FILE_ID,
    GONE,
    HERE,
    E,
    P,
    enabled,
    entry,
    file,
    found,
    infrastructure,
    live,
    live_secret,
    live_variable,
    networking,
    only,
    program,
    ready_infrastructure,
    report,
    resource,
    rule,
    secret,
    stack,
    unread,
    variable,
)

ALL = (networking(non_proxy_hosts=["a.example"]), rule(), variable(), infrastructure())
AS_DECLARED: dict[str, Any] = {
    "networking": enabled(entry(), hosts=["a.example"]),
    "variables": [live_variable()],
    "programs": [ready_infrastructure()],
}
FORBIDDEN = NotPermitted("Not allowed (request id 1).", status=403)
FAILED = ServerError("The server failed", status=500)


def test_what_is_live_as_recorded_is_clean() -> None:
    clean = report(stack(*ALL), there=live(**AS_DECLARED))

    assert (clean.findings, clean.exit_code) == ((), 0)


@pytest.mark.parametrize(
    ("there", "keys"),
    [
        ({"networking": None}, ["missing:AdvancedNetworking:10001/20001", "missing:PortForward:10001/20001/30465"]),
        ({"networking": enabled(hosts=["a.example"])}, ["missing:PortForward:10001/20001/30465"]),
        ({"networking": enabled(entry(port_dest=587), hosts=["A.example"])}, ["changed:PortForward:10001/20001/30465"]),
        ({"networking": enabled(entry())}, ["changed:AdvancedNetworking:10001/20001"]),
        ({"networking": enabled(entry(), hosts=["a.example", "b.example"])}, ["unmanaged:NonProxyHost:10001/20001/b.example"]),
        ({"networking": enabled(entry(), hosts=["b.example"])}, ["changed:AdvancedNetworking:10001/20001"]),
        ({"networking": enabled(entry(), entry(30999), hosts=["a.example"])}, ["unmanaged:PortForward:10001/20001/30999"]),
        ({"variables": []}, ["missing:EnvVar:10001/20001/all/MAIL_FROM"]),
        ({"variables": [live_variable(status="deleted")]}, ["missing:EnvVar:10001/20001/all/MAIL_FROM"]),
        ({"variables": [live_variable(value="x")]}, ["changed:EnvVar:10001/20001/all/MAIL_FROM"]),
        ({"variables": [live_secret("MAIL_FROM")]}, ["changed:EnvVar:10001/20001/all/MAIL_FROM"]),
        ({"variables": [live_variable(status="failed")]}, ["changed:EnvVar:10001/20001/all/MAIL_FROM"]),
        (
            {"variables": [live_variable(), live_variable(service="author"), live_secret("X")]},
            ["unmanaged:EnvVar:10001/20001/author/MAIL_FROM", "unmanaged:SecretEnvVar:10001/20001/all/X"],
        ),
        ({"programs": []}, ["missing:NetworkInfrastructure:10001/va7"]),
        ({"programs": [ready_infrastructure(status="failed")]}, ["changed:NetworkInfrastructure:10001/va7"]),
        ({"programs": [ready_infrastructure(kind="flexiblePortEgress")]}, ["changed:NetworkInfrastructure:10001/va7"]),
        ({"programs": [ready_infrastructure(region="nld2")]}, ["missing:NetworkInfrastructure:10001/va7"]),
    ],
)
def test_each_difference_has_its_class(there: dict[str, Any], keys: list[str]) -> None:
    drifted = report(stack(*ALL), there=live(**{**AS_DECLARED, **there}))

    assert [finding.key.removeprefix("drift:") for finding in drifted.findings] == keys
    assert drifted.exit_code == 2


def test_each_property_is_shown_on_every_side() -> None:
    changed = only(stack(rule()), there=live(enabled(entry(host="other.example.com", port_dest=587))))

    assert changed.properties == (
        Property("name", "smtp.example.com", "smtp.example.com", "other.example.com"),
        Property("port_dest", 465, 465, 587),
    )
    assert changed.message == "name is other.example.com instead of smtp.example.com; port_dest is 587 instead of 465."


def test_what_an_interrupted_up_or_a_refresh_recorded_is_told_apart() -> None:
    halfway = resource(
        "EnvVar", "v", {"program_id": P, "environment_id": E, "name": "V_1", "value": "new"}, {"value": "old", "type": "string"}
    )

    changed = only(stack(halfway), there=live(variables=[live_variable("V_1", "old")]))

    assert "The state has it so already" in changed.message


def test_an_environment_that_is_gone_takes_its_resources_along_and_no_up_brings_them_back() -> None:
    gone = report(stack(rule(), variable()), there=unread(GONE))

    assert {finding.drift_class for finding in gone.findings} == {DriftClass.MISSING}
    assert {finding.message for finding in gone.findings} == {WITH_ITS_ENVIRONMENT}
    assert {remedy.kind for finding in gone.findings for remedy in finding.remedies} == {"adopt", "ignore"}
    assert gone.cost.puts == gone.cost.patches == 0


@pytest.mark.parametrize("status", ["updating", "creating", "restoring", "deleting"])
def test_while_an_environment_is_being_changed_a_difference_is_no_drift(status: str) -> None:
    there = live(enabled(entry(port_dest=587), entry(30999)), [live_variable()], status=status)

    moving = report(stack(rule(), variable()), there=there)

    assert {finding.drift_class for finding in moving.findings} == {DriftClass.IN_TRANSITION}
    assert [finding.kind for finding in moving.findings] == ["Environment", "PortForward", "PortForward"]
    assert moving.exit_code == 0


@pytest.mark.parametrize(
    ("resources", "there"),
    [
        ((infrastructure(),), {"programs": [ready_infrastructure(status="deleting")]}),
        ((infrastructure(is_primary_region=True),), {"programs": [ready_infrastructure(status="updating")]}),
        ((variable(),), {"variables": [live_variable(value="x", status="updating")]}),
    ],
)
def test_a_thing_that_is_itself_being_changed_is_in_transition(resources: tuple[Any, ...], there: dict[str, Any]) -> None:
    assert only(stack(*resources), there=live(**there)).drift_class is DriftClass.IN_TRANSITION


def test_a_secret_is_unverifiable_and_that_is_clean() -> None:
    clean = report(stack(secret()), there=live(variables=[live_secret()]))

    assert (clean.summary["unverifiable"], clean.exit_code) == (1, 0)
    assert found(stack(secret()), there=live(variables=[live_variable("EMAIL_PASSWORD", "x")])) == [
        "changed:SecretEnvVar:10001/20001/all/EMAIL_PASSWORD",
        "unverifiable:SecretEnvVar:10001/20001/all/EMAIL_PASSWORD",
    ]


def test_what_the_state_holds_enciphered_is_unverifiable_and_never_shown() -> None:
    hidden = resource("EnvVar", "v", {"program_id": P, "environment_id": E, "name": "V_1", "value": MASKED}, {"type": "string"})
    vpn = ready_infrastructure(kind="vpn", connections=({"name": "office", "gateway": {"address": "203.0.113.9"}},))

    findings = report(
        stack(hidden, infrastructure("vpn", connections=MASKED)), there=live(variables=[live_variable("V_1", "canary")], programs=[vpn])
    ).findings

    assert [finding.drift_class for finding in findings] == [DriftClass.UNVERIFIABLE] * 2
    assert "canary" not in repr(findings)
    assert "203.0.113.9" not in repr(findings)


def test_a_rule_that_another_stack_declares_is_not_unmanaged() -> None:
    there = live(enabled(entry(), entry(30466)), [live_variable(), live_variable("OTHER_1")])
    one, other = stack(rule(), variable()), stack(rule(30466), variable("OTHER_1", "noreply@wknd.site"), name="other")

    assert found(one, there=there) == ["unmanaged:EnvVar:10001/20001/all/OTHER_1", "unmanaged:PortForward:10001/20001/30466"]
    assert found(one, other, there=there) == []


def test_a_host_that_another_stack_declares_makes_the_list_changed() -> None:
    there = live(enabled(hosts=["a.example", "b.example"]))
    one, other = (
        stack(networking(non_proxy_hosts=["a.example"])),
        stack(networking(non_proxy_hosts=["a.example", "b.example"]), name="other"),
    )

    assert found(one, other, there=there) == ["changed:AdvancedNetworking:10001/20001"]


def test_hosts_that_no_stack_manages_are_nobodys_business() -> None:
    assert found(stack(networking()), there=live(enabled(hosts=["a.example"]))) == []


@pytest.mark.parametrize(
    ("there", "key", "code"),
    [
        (live(FORBIDDEN), "unknown:AdvancedNetworking:10001/20001", 10),
        (live(enabled(entry()), FAILED), "unknown:Variables:10001/20001", 30),
        (unread(FAILED), "unknown:Environment:10001/20001", 30),
        (unread(NoEntry("No.", "org")), "unknown:CloudManager:org", 10),
        (unread(OutOfReach("No.", "org")), "unknown:CloudManager:org", 30),
    ],
)
def test_what_cannot_be_read_is_unknown_once_and_never_clean(there: Live, key: str, code: int) -> None:
    declared = (
        stack(rule()) if isinstance(there.environments[HERE].networking, AemMailError) else stack(rule(), variable(), variable("B_2"))
    )

    unknown = report(declared, there=there)

    assert [finding.key for finding in unknown.findings] == [f"drift:{key}"]
    assert unknown.exit_code == code
    assert "So it is unknown whether" in unknown.findings[0].message


def test_a_failed_read_of_the_program_leaves_its_infrastructure_unknown_and_nothing_else() -> None:
    there = live(enabled(entry()), [live_variable(value="x")], programs=FAILED)

    assert found(stack(rule(), variable(), infrastructure()), there=there) == [
        "unknown:NetworkInfrastructure:10001",
        "changed:EnvVar:10001/20001/all/MAIL_FROM",
    ]


def test_drift_that_is_certain_comes_before_what_is_unknown() -> None:
    assert report(stack(rule(), variable()), there=live(enabled(), FORBIDDEN)).exit_code == 2


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ('{\n  "a": 1\n}\n', None),
        ('{\n  "a": 2\n}\n', "changed"),
        ('{"a": 1}', "changed"),
        ("{", "changed"),
        (None, "missing"),
        (Unread("The folder is not there."), "unknown"),
    ],
)
def test_a_configuration_is_compared_to_the_letter(content: Any, key: str | None) -> None:
    keys = found(stack(file(a=1)), there=Live(files={FILE_ID: content}))

    assert keys == ([] if key is None else [f"{key}:OsgiConfig:{FILE_ID}"])


def test_of_an_edited_configuration_the_properties_are_named_and_no_secret_is_shown() -> None:
    edited = '{"smtp.host": "x", "smtp.password": "hunter2", "token": "$[secret:T]"}'

    changed = only(stack(file(**{"smtp.host": "y", "smtp.password": "$[secret:P]"})), there=Live(files={FILE_ID: edited}))

    assert changed.properties == (
        Property("properties.smtp.host", "y", "y", "x"),
        Property("properties.smtp.password", "$[secret:P]", "$[secret:P]", MASKED),
        Property("properties.token", None, None, "$[secret:T]"),
    )
    assert "hunter2" not in repr(changed)


@pytest.mark.parametrize(
    ("name", "value"), [("SMTP_PASS", "hunter2"), ("SENDGRID_KEY", "hunter2"), ("MAIL_RELAY", "smtps://a:hunter2@b.example/")]
)
def test_the_value_of_a_plain_variable_that_looks_like_a_secret_is_in_no_report(name: str, value: str) -> None:
    there = live(variables=(live_variable(name, f"{value}-live"), live_variable(f"X_{name}", f"{value}-foreign")))

    drifted = report(stack(networking(), variable(name, f"{value}-declared")), there=there)

    assert [finding.key for finding in drifted.findings if finding.kind == "EnvVar"] == [
        f"drift:changed:EnvVar:10001/20001/all/{name}",
        f"drift:unmanaged:EnvVar:10001/20001/all/X_{name}",
    ]
    assert Property("value", MASKED, MASKED, MASKED) in [one for finding in drifted.findings for one in finding.properties]
    assert "hunter2" not in repr(drifted.findings) + to_text(to_document(drifted)) + json.dumps(to_document(drifted).data)


def test_what_the_program_wants_of_a_variable_that_looks_like_a_secret_is_not_shown() -> None:
    wanted = update("EnvVar", "SMTP_PASS", plan_variable("SMTP_PASS", "hunter2", type="string"), value="hunter2-new")

    (finding,) = undeployed("dev", Preview((wanted,), config={}, succeeded=True))

    assert finding.properties == (Property("value", MASKED, MASKED, None, MASKED),)


def test_a_placeholder_whose_default_may_be_the_secret_is_not_shown() -> None:
    edited = '{"smtp.password": "$[secret:P;default=hunter2]"}'

    changed = only(stack(file(**{"smtp.password": "$[secret:P]"})), there=Live(files={FILE_ID: edited}))

    assert changed.properties == (Property("properties.smtp.password", "$[secret:P]", "$[secret:P]", MASKED),)


def test_an_operation_that_never_ended_makes_its_resource_unknown() -> None:
    begun = [{"resource": {**rule(30466), "id": ""}, "type": "creating"}, {"resource": rule(), "type": "updating"}]

    interrupted = report(stack(rule(), pending=begun), there=live(enabled(entry(port_dest=1), entry(30466))))

    assert [finding.key for finding in interrupted.findings] == [
        "drift:unknown:PortForward:10001/20001/30465",
        "drift:unknown:PortForward:10001/20001/30466",
    ]
    assert interrupted.exit_code == 30


def test_a_protected_resource_is_compared_like_any_other() -> None:
    assert found(stack(rule(protect=True)), there=live(enabled())) == ["missing:PortForward:10001/20001/30465"]


def test_what_is_left_of_a_replacement_is_a_note_and_no_drift() -> None:
    left = report(stack(rule(), rule(30466, delete=True)), there=live(enabled(entry(), entry(30466))))

    assert left.findings == ()
    assert "is still to be deleted" in left.stacks[0].notes[0]


def test_what_two_stacks_manage_is_a_note_of_both_and_what_they_may_share_is_none() -> None:
    mine, theirs = (stack(infrastructure(), networking(), rule(), file(), name=name) for name in ("dev", "stage"))
    there = live(enabled(entry()), programs=[ready_infrastructure()], files={FILE_ID: "{}"})

    both = report(mine, theirs, there=there)
    alone = report(mine, there=there)

    assert [len(one.notes) for one in both.stacks] == [2, 2]
    assert "NetworkInfrastructure infra (10001/va7) is managed by stack stage too" in both.stacks[0].notes[0]
    assert "PortForward rule-30465 (10001/20001/30465) is managed by stack dev too" in both.stacks[1].notes[1]
    assert alone.stacks[0].notes == ()


def test_an_empty_stack_says_so_and_is_clean() -> None:
    empty = report(stack(), there=Live())

    assert (empty.exit_code, empty.stacks[0].notes) == (0, (NOTHING_RECORDED,))


def test_a_stack_that_cannot_be_read_is_unknown_and_the_others_are_looked_at() -> None:
    class Broken(AemMailError):
        exit_code = 30

    both = report(StackState("broken", Broken("The state cannot be read")), stack(rule()), there=live(enabled()))

    assert [finding.key for finding in both.findings] == ["drift:unknown:Stack:broken", "drift:missing:PortForward:10001/20001/30465"]
    assert {one.name: one.error for one in both.stacks} == {"broken": "The state cannot be read", "dev": None}


def test_what_a_stack_that_cannot_be_read_may_declare_is_not_called_unmanaged() -> None:
    class Broken(AemMailError):
        exit_code = 30

    there = live(enabled(entry(), entry(30466)), [live_variable("OTHER_1")])
    both = report(stack(rule()), StackState("broken", Broken("The state cannot be read")), there=there)

    assert [finding.key for finding in both.findings] == ["drift:unknown:Stack:broken"]
    assert "no rule or variable is called unmanaged" in both.findings[0].message
    assert both.exit_code == 30


def ignore(check: str, where: str = "*", expires: date = date(2030, 6, 1)) -> Ignore:
    return Ignore(check, "agreed", "mail-team", expires, where)


@pytest.mark.parametrize("pattern", ["drift:changed:EnvVar:10001/20001/all/MAIL_FROM", "drift:*:10001/20001/*", "drift:changed:*"])
def test_what_is_ignored_is_still_there_and_counts_by_itself(pattern: str) -> None:
    ignored = report(stack(variable()), there=live(variables=[live_variable(value="x")]), ignores=[ignore(pattern)])

    assert (ignored.exit_code, ignored.summary["changed"], ignored.summary["ignored"]) == (0, 0, 1)
    assert ignored.findings[0].ignored == ignore(pattern)


@pytest.mark.parametrize(
    "other", [ignore("drift:missing:*"), ignore("drift:changed:*", "prod"), ignore("drift:changed:*", expires=date(2030, 5, 31))]
)
def test_another_class_another_stack_and_an_expired_entry_ignore_nothing(other: Ignore) -> None:
    counted = report(stack(variable()), there=live(variables=[live_variable(value="x")]), ignores=[other])

    assert counted.exit_code == 2
    assert (counted.findings[0].expired is not None) == (other.expires < date(2030, 6, 1))


def test_an_error_of_a_check_counts_as_drift_does() -> None:
    relay = stack(networking(), rule(host="10.1.2.3"), infrastructure())

    failed = report(relay, there=live(enabled(entry(host="10.1.2.3")), programs=[ready_infrastructure()]))

    assert [judged.finding.id for judged in failed.environments[0].checked.judged] == ["M20"]  # type: ignore[union-attr]
    assert (failed.findings, failed.failed_checks, failed.exit_code) == ((), 1, 2)


def test_a_secret_that_expires_is_a_warning_of_the_checks() -> None:
    soon = report(stack(secret(expires_at="2030-06-10")), there=live(variables=[live_secret()]))

    assert "M16" in [judged.finding.id for judged in soon.environments[0].checked.judged]  # type: ignore[union-attr]
    assert soon.exit_code == 0


PORTS = st.lists(st.integers(30000, 30010), unique=True, max_size=5)


@given(PORTS, PORTS, st.sampled_from(["smtp.example.com", "other.example.com"]))
def test_every_rule_is_reported_once_for_what_it_is(declared: list[int], there: list[int], host: str) -> None:
    networks = enabled(*(entry(port, host) for port in there))

    findings = report(stack(networking(), *(rule(port) for port in declared)), there=live(networks)).findings

    by_class = {one: {finding.id.rsplit("/", 1)[1] for finding in findings if finding.drift_class is one} for one in DriftClass}
    both = set(declared) & set(there)
    assert by_class[DriftClass.MISSING] == {str(port) for port in set(declared) - set(there)}
    assert by_class[DriftClass.UNMANAGED] == {str(port) for port in set(there) - set(declared)}
    assert by_class[DriftClass.CHANGED] == ({str(port) for port in both} if host != "smtp.example.com" else set())


@pytest.mark.parametrize("hosts", [("smtp.example.com", "other.example.com"), ("x.example.com", "y.example.com"), ("a.b", "a.b")])
@pytest.mark.parametrize("managed", [True, False])
def test_rules_that_share_a_port_are_drift_that_names_them_whatever_their_order(hosts: tuple[str, str], managed: bool) -> None:
    there = [entry(30465, host) for host in hosts]
    declared = [networking(), *([rule()] if managed else [])]

    first, second = (report(stack(*declared), there=live(enabled(*order))) for order in (there, there[::-1]))

    assert first.findings == second.findings
    (finding,) = first.findings
    assert finding.key == f"drift:{'changed' if managed else 'unmanaged'}:PortForward:10001/20001/30465"
    assert all(host in finding.message + finding.thing for host in hosts)
    assert "remove all but one of them in Cloud Manager" in finding.message
    assert (finding.fixed_by_up, [remedy.kind for remedy in finding.remedies]) == (False, ["ignore"])
    assert first.exit_code == 2


@given(st.permutations(["a", "b", "c"]))
def test_the_order_of_the_stacks_never_matters(names: list[str]) -> None:
    stacks = {
        "a": stack(rule(), name="a"),
        "b": stack(variable(), name="b"),
        "c": stack(infrastructure(), networking(non_proxy_hosts=["x.example"]), name="c"),
    }
    there = live(enabled(entry(port_dest=1), entry(30999), hosts=["y.example"]), FAILED, programs=FORBIDDEN)

    shuffled = report(*(stacks[name] for name in names), there=there)

    assert shuffled.findings == report(*stacks.values(), there=there).findings


@given(st.sampled_from([FAILED, FORBIDDEN]), st.sampled_from(["environment", "networking", "variables"]), st.booleans())
def test_a_failed_read_is_never_clean(error: AemMailError, which: str, also_program: bool) -> None:
    there = live(**AS_DECLARED)
    broken = replace(there.environments[HERE], **{which: error})
    programs = {P: program(error) if also_program else there.programs[P]}

    unknown = report(stack(*ALL), there=Live({HERE: broken}, programs))

    assert unknown.exit_code == error.exit_code
    assert unknown.of_class(DriftClass.UNKNOWN)


def test_an_environment_that_two_stacks_share_is_one() -> None:
    both = report(stack(rule()), stack(variable(), name="other"), there=live(enabled(entry()), [live_variable()]))

    (one,) = both.environments
    assert (one.environment, one.stacks) == (EnvironmentId(P, E), ("dev", "other"))


def test_what_was_never_asked_for_is_unknown_and_not_gone() -> None:
    assert found(stack(rule(), infrastructure(), file(a=1)), there=Live()) == [
        f"unknown:OsgiConfig:{FILE_ID}",
        "unknown:NetworkInfrastructure:10001",
        "unknown:Environment:10001/20001",
    ]


@given(valid_with_kind, st.data())
def test_whatever_somebody_wrote_into_a_state_is_reported_or_refused(declared: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
    kind, properties = declared
    place = {name: value for name, value in {"program_id": P, "environment_id": E, "region": "va7"}.items() if name in properties}
    entry_ = resource(kind, "thing", {**properties, **place})
    fields = st.sampled_from((*FIELDS[kind], "type", "status", "content"))
    entry_[data.draw(st.sampled_from(["inputs", "outputs"]))] |= data.draw(st.dictionaries(fields, json_values, max_size=3))
    there = live(enabled(entry(), hosts=["a.example"]), [live_variable(), live_secret()], programs=[ready_infrastructure(kind="vpn")])

    with suppress(Unreadable):
        odd = report(stack(entry_), there=there)

        assert to_document(odd).data["exitCode"] in (0, 2, 3)
        assert to_text(to_document(odd))
