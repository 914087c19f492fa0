from hypothesis import given

from aem_mail.adopt.adoption import Choices, adopt
from aem_mail.adopt.losses import declared_by, declared_in_file, lost
from aem_mail.adopt.stack_settings import variables_of
from aem_mail.live.model import LiveEnvironment
from aem_mail.osgi.variables_file import GivenVariable
from tests.adopt.environments import CREDENTIALS, LDAP, SMTP, enabled, environments, live, secret, string
from tests.adopt.test_stack_settings import CHOICES

BOTH = adopt(live(enabled(SMTP, LDAP), (*CREDENTIALS, string("MAIL_FOOTER", "bye"))), Choices())


@given(environments, CHOICES)
def test_nothing_is_lost_to_the_adoption_of_the_same(found: LiveEnvironment, choices: Choices) -> None:
    adoption = adopt(found, choices)

    assert lost(declared_in_file(variables_of(adoption)), adoption) == []


@given(environments, environments, CHOICES)
def test_whatever_a_file_declares_is_declared_again_or_named(before: LiveEnvironment, after: LiveEnvironment, choices: Choices) -> None:
    there, adoption = declared_in_file(variables_of(adopt(before, choices))), adopt(after, choices)

    again = {(one.kind, one.name) for one in declared_by(adoption)}
    assert {f"{one.kind} {one.name}" for one in there if (one.kind, one.name) not in again} <= set(lost(there, adoption))


def test_what_went_or_is_otherwise_is_named_and_no_value_is() -> None:
    there = declared_in_file(variables_of(BOTH))

    assert lost(there, adopt(live(enabled(SMTP, LDAP)), Choices())) == ["EnvVar MAIL_FOOTER"]
    assert lost(there, adopt(live(enabled(SMTP, LDAP), (*CREDENTIALS, string("MAIL_FOOTER", "ciao"))), Choices())) == ["EnvVar MAIL_FOOTER"]


def test_what_comes_to_be_part_of_a_mail_egress_is_not_lost() -> None:
    singly = adopt(live(variables=(secret("EMAIL_USERNAME"),)), Choices())
    assert (singly.mail, bool(singly.resources)) == (None, True)

    assert lost(declared_in_file(variables_of(singly)), adopt(live(), Choices())) == []


def test_the_value_of_a_secret_in_a_file_of_variables_is_something_to_lose() -> None:
    adoption = adopt(live(variables=(*CREDENTIALS, secret("CRM_TOKEN"))), Choices())

    assert lost(declared_in_file([GivenVariable("CRM_TOKEN", "secretString")]), adoption) == []
    assert lost(declared_in_file([GivenVariable("CRM_TOKEN", "secretString", None, "hunter2")]), adoption) == ["SecretEnvVar CRM_TOKEN"]
