import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.adopt.mail_rule import MAIL_PORTS, mail_rule
from aem_mail.errors import InvalidInput
from aem_mail.model import PortForward

SENDGRID = PortForward("smtp.sendgrid.net", 2525, 30001)
OWN = PortForward("smtp.example.com", 465, 30465)
LDAP = PortForward("ldap.example.com", 636, 30636)

RULES = st.lists(
    st.builds(PortForward, st.sampled_from(("smtp.sendgrid.net", "a.example.com")), st.integers(1, 9999), st.integers(30000, 30999)),
    unique_by=lambda rule: rule.port_orig,
    max_size=6,
)


def test_a_known_mail_server_is_likelier_than_a_known_port() -> None:
    found = mail_rule([OWN, LDAP, SENDGRID], None)

    assert found.rule == SENDGRID
    assert "SendGrid" in found.reason
    assert "30465 → smtp.example.com:465" in found.reason


def test_what_the_user_says_beats_every_guess() -> None:
    assert mail_rule([OWN, LDAP], 30636).rule == LDAP


def test_what_the_aem_project_states_beats_a_guess_and_nothing_else() -> None:
    assert mail_rule([OWN, LDAP], None, 30636).rule == LDAP
    assert mail_rule([OWN, LDAP], 30465, 30636).rule == OWN
    assert mail_rule([OWN, LDAP], None, 30999).rule == OWN


def test_a_port_without_a_rule_is_refused_with_those_that_have_one() -> None:
    with pytest.raises(InvalidInput, match=r"30999 .*30465 → smtp\.example\.com:465"):
        mail_rule([OWN], 30999)


def test_without_a_likely_rule_the_option_is_named() -> None:
    found = mail_rule([LDAP], None)

    assert found.rule is None
    assert "--smtp-port-orig" in found.reason


@given(RULES)
def test_the_guess_does_not_depend_on_the_order_and_is_one_of_the_rules(rules: list[PortForward]) -> None:
    found = mail_rule(rules, None)

    assert mail_rule(rules[::-1], None) == found
    assert found.rule is None or found.rule in rules
    assert (found.rule is None) <= all(rule.port_dest not in MAIL_PORTS for rule in rules)
