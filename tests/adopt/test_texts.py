from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given

from aem_mail import settings
from aem_mail.adopt.adoption import Choices, adopt
from aem_mail.adopt.declarable import Declared
from aem_mail.adopt.ignore_text import Terms, ignore_text
from aem_mail.adopt.stack_text import loss_of_stack, stack_text
from aem_mail.checks.ignores import parse_ignores
from aem_mail.live.model import LiveEnvironment
from aem_mail.reports.adopt import AdoptionReport, to_document, to_json
from aem_mail.reports.text import to_text
from tests.adopt.environments import environments, live, string

TERMS = Terms("jane", date(2030, 12, 31))
LEFT = adopt(live(variables=(string("INTERNAL_FLAG", "x"), string("ADOBE_FLAG", "x", "author"))), Choices()).left


@given(environments)
def test_the_stacks_configuration_is_what_the_program_reads(found: LiveEnvironment) -> None:
    adoption = adopt(found, Choices(from_address="noreply@wknd.site"))
    if adoption.mail is None:
        return
    given_back: dict[str, Any] = yaml.safe_load(stack_text(adoption.mail.settings(adoption.environment)))["config"]
    for connection in given_back["aem-mail:egress"].get("connections", ()):
        connection["sharedKey"] = "set-later"

    read = settings.program_settings(settings.namespaced(given_back), lambda _: True)

    assert (read.program_id, read.environment_id) == (adoption.environment.program_id, adoption.environment.environment_id)
    assert read.smtp["host"] == adoption.mail.rule.name


def test_what_a_stacks_file_holds_besides_is_kept() -> None:
    there = "encryptionsalt: v1:abc\nconfig:\n  other:key: value\n  aem-mail:programId: '1'\n"

    assert yaml.safe_load(stack_text({"programId": "10001"}, there)) == {
        "encryptionsalt": "v1:abc",
        "config": {"other:key": "value", "aem-mail:programId": "10001"},
    }


SETTINGS = {
    "programId": "10001",
    "environmentId": "20001",
    "egress": {"mode": "managed", "kind": "vpn", "region": "va7", "connections": [{"name": "office"}]},
    "smtp": {"host": "smtp.example.com", "port": 465, "portOrig": 30465},
    "fromAddress": "noreply@wknd.site",
    "onConflict": {"secretEnvVar": "keep"},
}


def configured(**keys: Any) -> str:
    return yaml.safe_dump({"config": {f"aem-mail:{key}": value for key, value in keys.items()}})


def test_a_stacks_file_that_has_it_all_stays_to_the_letter() -> None:
    there = f"# ours\n{stack_text(SETTINGS)}"

    assert stack_text(SETTINGS, there) == there
    assert loss_of_stack(SETTINGS, there, ()) == ""


def test_what_a_user_has_set_within_a_key_is_kept() -> None:
    key = {"secure": "v1:abc"}
    there = configured(
        egress={"mode": "managed", "connections": [{"name": "office", "sharedKey": key}]}, onConflict={"portForward": "replace"}
    )

    config = yaml.safe_load(stack_text(SETTINGS, there))["config"]

    assert loss_of_stack(SETTINGS, there, ()) == ""
    assert config["aem-mail:egress"]["connections"] == [{"name": "office", "sharedKey": key}]
    assert config["aem-mail:onConflict"] == {"portForward": "replace", "secretEnvVar": "keep"}


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (configured(environmentId="20002", programId="10001"), "environmentId 20002"),
        (configured(programId=10002), "programId 10002"),
        (configured(smtp={"host": "smtp.example.com", "port": 587}), "aem-mail:smtp.port"),
        (configured(smtp={"host": "smtp.example.com", "port": "465", "portOrig": 30999}), "aem-mail:smtp.portOrig"),
        (configured(smtp={"preset": "sendgrid", "port": 465}), "aem-mail:smtp.host"),
        (configured(smtp="smtp.example.com:465"), "aem-mail:smtp"),
        (configured(egress={"mode": "managed", "region": "nld2"}), "aem-mail:egress.region"),
        (configured(egress={"connections": [{"name": "office"}, {"name": "home"}]}), "aem-mail:egress.connections"),
        (configured(egress={"connections": [{"name": "home"}]}), "aem-mail:egress.connections[0].name"),
    ],
)
def test_what_a_stacks_file_declares_and_the_environment_does_not_have_is_named(there: str, words: str) -> None:
    assert words in loss_of_stack(SETTINGS, there, ())


def test_an_infrastructure_may_come_to_be_declared_and_may_not_be_let_go_of() -> None:
    existing = {**SETTINGS, "egress": {"mode": "existing"}}

    assert loss_of_stack(SETTINGS, configured(egress={"mode": "existing"}), ()) == ""
    assert "aem-mail:egress.mode" in loss_of_stack(existing, configured(egress={"mode": "managed"}), ())


def test_a_rule_that_was_the_mails_may_be_declared_by_itself() -> None:
    there = configured(smtp={"host": "smtp.sendgrid.com", "port": 587})
    declared = [Declared("PortForward", "port-forward-30587", {"name": "smtp.sendgrid.com", "port_dest": 587, "port_orig": 30587})]

    assert loss_of_stack(SETTINGS, there, declared) == ""


@pytest.mark.parametrize("there", ["- a", "config: text", "config: [1]", "text"])
def test_a_file_that_is_no_stacks_configuration_is_refused(there: str) -> None:
    with pytest.raises(ValueError, match="no stack's configuration"):
        stack_text({}, there)


def test_what_is_left_gets_an_entry_with_reason_owner_and_expiry() -> None:
    text = ignore_text(LEFT, TERMS)

    assert text is not None
    entries = parse_ignores(text, "test")
    assert [one.check for one in entries] == [
        "drift:unmanaged:EnvVar:10001/20001/author/ADOBE_FLAG",
        "drift:unmanaged:EnvVar:10001/20001/all/INTERNAL_FLAG",
    ]
    assert {(one.owner, one.expires) for one in entries} == {("jane", date(2030, 12, 31))}


def test_entries_that_are_there_are_kept_to_the_letter_and_not_repeated() -> None:
    first = ignore_text(LEFT[:1], TERMS)
    assert first is not None
    there = f"# decided in March\n{first}"

    both = ignore_text(LEFT, TERMS, there)

    assert both is not None
    assert both.startswith(there)
    assert len(parse_ignores(both, "test")) == 2
    assert ignore_text(LEFT, TERMS, both) is None


def test_several_entries_can_be_added_again_and_again() -> None:
    first = ignore_text(LEFT, TERMS)
    of_another = [replace(one, id=one.id.replace("20001", "20002")) for one in LEFT]

    both = ignore_text(of_another, TERMS, first)

    assert both is not None
    assert len(parse_ignores(both, "test")) == 2 * len(LEFT)


@pytest.mark.parametrize("there", ["text", "[{check: M01, reason: r, owner: o, expires: 2030-01-01}]", "a: b"])
def test_a_file_of_ignores_that_cannot_be_continued_is_refused(there: str) -> None:
    with pytest.raises(ValueError, match=r"dash|list|YAML"):
        ignore_text(LEFT, TERMS, there)


@given(environments)
def test_every_report_can_be_written_and_shows_no_value(found: LiveEnvironment) -> None:
    report = AdoptionReport(adopt(found, Choices()), "dev", ())

    assert to_text(to_document(report)).endswith("\n")
    assert to_json(report)["schemaVersion"] == 1


def test_the_steps_are_in_the_order_in_which_they_work() -> None:
    document = to_json(AdoptionReport(adopt(live(), Choices()), "dev", ()))

    assert [step["command"].split(" <")[0] for step in document["nextSteps"]] == [
        "pulumi stack init dev",
        "pulumi config set aem-mail:fromAddress",
        "aem-mail plan",
        "pulumi up",
    ]
    assert [step["command"] for step in document["secrets"]] == [
        "pulumi config set --plaintext aem-mail:usernameFrom env:EMAIL_USERNAME",
        "pulumi config set --plaintext aem-mail:passwordFrom env:EMAIL_PASSWORD",
    ]
