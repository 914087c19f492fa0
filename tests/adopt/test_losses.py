from dataclasses import replace

from hypothesis import given

from aem_mail.adopt.adoption import Choices, adopt
from aem_mail.adopt.losses import declared_by, declared_in_file, declared_in_program, lost
from aem_mail.adopt.program_text import program_of, variables_in_file
from aem_mail.live.model import LiveEnvironment
from aem_mail.osgi.variables_file import GivenVariable
from tests.adopt.environments import CREDENTIALS, LDAP, SMTP, enabled, environments, live, secret, string
from tests.adopt.test_program_text import CHOICES, EVERYTHING

BOTH = adopt(live(enabled(SMTP, LDAP), (*CREDENTIALS, string("MAIL_FOOTER", "bye"))), Choices())


@given(environments, CHOICES)
def test_nothing_is_lost_to_the_adoption_of_the_same(found: LiveEnvironment, choices: Choices) -> None:
    adoption = adopt(found, choices)

    assert lost(declared_in_program(program_of(adoption)), adoption) == []
    assert lost(declared_in_file(variables_in_file(adoption)), adoption) == []


@given(environments, environments, CHOICES)
def test_whatever_a_program_declares_is_declared_again_or_named(before: LiveEnvironment, after: LiveEnvironment, choices: Choices) -> None:
    there, adoption = declared_in_program(program_of(adopt(before, choices))), adopt(after, choices)

    again = {(one.kind, one.name) for one in declared_by(adoption)}
    assert {f"{one.kind} {one.name}" for one in there if (one.kind, one.name) not in again} <= set(lost(there, adoption))


def test_what_went_or_is_otherwise_is_named_and_no_value_is() -> None:
    there = declared_in_program(program_of(BOTH))
    moved = (30636, "other.example.com", 636)

    assert lost(there, adopt(live(enabled(SMTP, LDAP)), Choices())) == ["EnvVar MAIL_FOOTER"]
    assert lost(there, adopt(live(enabled(SMTP, moved), (*CREDENTIALS, string("MAIL_FOOTER", "ciao"))), Choices())) == [
        "PortForward port-forward-30636",
        "EnvVar MAIL_FOOTER",
    ]


def test_what_comes_to_be_part_of_a_mail_egress_is_not_lost() -> None:
    singly = adopt(live(variables=(secret("EMAIL_USERNAME"),)), Choices())
    assert (singly.mail, bool(singly.resources)) == (None, True)

    assert lost(declared_in_program(program_of(singly)), adopt(live(), Choices())) == []


def test_a_mail_egress_that_is_no_more_is_lost_with_its_secrets() -> None:
    assert lost(declared_in_program(program_of(EVERYTHING)), replace(EVERYTHING, mail=None))[0] == "MailEgress mail"


def test_the_value_of_a_secret_in_a_file_of_variables_is_something_to_lose() -> None:
    adoption = adopt(live(variables=(*CREDENTIALS, secret("CRM_TOKEN"))), Choices())

    assert lost(declared_in_file([GivenVariable("CRM_TOKEN", "secretString")]), adoption) == []
    assert lost(declared_in_file([GivenVariable("CRM_TOKEN", "secretString", None, "hunter2")]), adoption) == ["SecretEnvVar CRM_TOKEN"]
