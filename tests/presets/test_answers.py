import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks import CHECKS
from aem_mail.presets import explain
from aem_mail.presets.answers import explanations


@pytest.mark.parametrize(
    ("answer", "meaning", "check"),
    [
        ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", "SMTP AUTH is off", "M15"),
        ("550 5.7.30 Basic authentication is not supported for Client Submission.", "no longer takes user and password", "M15"),
        ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.", "a policy forbids them", "M15"),
        ("invalid_grant: AADSTS700082: The refresh token has expired due to inactivity.", "refresh token has expired", "M16"),
        ('{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}', "refresh token has expired", "M16"),
        ("AADSTS7000215: Invalid client secret provided.", "client secret is wrong", "M08"),
        ("AADSTS90002: Tenant 'x' not found.", "does not know the tenant", "M13"),
        ("AADSTS65001: The user or administrator has not consented", "has not granted", "M13"),
        ("invalid_grant: AADSTS9002313: Invalid request.", "none that the provider has given", "M12"),
        ("530 5.7.57 Client not authenticated to send mail.", "got mail without a login", "M14"),
        ("530 5.7.0 Must issue a STARTTLS command first. - gsmtp", "wants TLS before", "M05"),
        ("535 5.7.8 Username and Password not accepted.", "refuses user or password", "M08"),
        ("530 5.7.0 Authentication required", "AEM sent none", "M09"),
        ("534-5.7.9 Application-specific password required.", "made for this application", "M14"),
        ("550 5.7.60 SMTP; Client does not have permissions to send as this sender", "may not send from this", "M17"),
        ("554 Message rejected: Email address is not verified.", "may not send from this", "M17"),
        ("550 5.7.1 Unable to relay", "does not take mail from this address", "M18"),
        ("javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?", "begins without", "M05"),
        ("com.sun.mail.util.MailConnectException: Couldn't connect to host, port: smtp.x, 587; timeout -1", "does not reach", "M01"),
        ("java.net.UnknownHostException: proxy.tunnel", "proxy is not there", "M02"),
        ("From must not be blank", "no sender", "M17"),
        ("421 4.3.2 Service not available, closing transmission channel", "too many connections of AEM", "M30"),
        ("421-4.7.0 Too many simultaneous connections", "too many connections of AEM", "M30"),
        ("454 4.7.0 TLS not available due to temporary reason", "cannot offer TLS", "M05"),
        ("454 4.7.0 Temporary authentication failure", "or check a login", "M05"),
        ("504 5.7.4 Unrecognized authentication type", "no login of the kind", "M15"),
        ("550-5.7.1 [203.0.113.7] The IP you're using to send mail is not authorized; blocked", "from this address of AEM", "M19"),
        ("java.net.UnknownHostException: mail.corp.internal", "does not reach", "M21"),
        ("503 5.5.1 Error: send STARTTLS first", "wants TLS before", "M05"),
        ("503 Must issue a STARTTLS command first", "wants TLS before", "M05"),
        ("invalid_grant: AADSTS70008: The refresh token has expired due to inactivity.", "refresh token has expired", "M16"),
        ("550-5.7.26 This mail has been blocked because the sender is unauthenticated.", "neither SPF nor DKIM", "M17"),
        ("550 5.7.509 Access denied, sending domain wknd.site does not pass DMARC verification", "neither SPF nor DKIM", "M17"),
        ("javax.mail.AuthenticationFailedException: failed to connect, no password specified?", "no password", "M09"),
    ],
)
def test_an_answer_is_explained_first_by_what_is_closest(answer: str, meaning: str, check: str) -> None:
    first = explain(answer)[0]

    assert meaning in first.meaning
    assert check in first.checks


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("550 5.1.8 Access denied, bad outbound sender AS(42004)", "blocked this user from sending"),
        ("550 5.1.1 <nobody@wknd.site>: Recipient address rejected: User unknown", "no such recipient"),
        ("550 5.4.5 Daily user sending limit exceeded.", "more than its provider allows"),
        ("454 Throttling failure: Maximum sending rate exceeded.", "more than its provider allows"),
        ("421 4.7.66 TLS 1.0 and 1.1 are not supported.", "TLS 1.2"),
        ("432 4.3.2 Concurrent connections limit exceeded", "too many connections of AEM"),
        ('{"status": 400, "title": "Bad Request", "errors": ["NETWORK_INFRASTRUCTURES_EXCEEDS_LIMIT"]}', "infrastructure already"),
    ],
)
def test_what_a_mailbox_or_an_account_lacks_is_not_blamed_on_the_address(answer: str, meaning: str) -> None:
    assert meaning in explain(answer)[0].meaning


@pytest.mark.parametrize(
    "answer",
    ["PKIX path building failed", "451 4.7.500 Server busy", "452 4.5.3 Too many recipients", "552 5.3.4 Message size exceeds fixed limit"],
)
def test_what_no_check_can_find_has_a_fix_all_the_same(answer: str) -> None:
    assert explain(answer)[0].fix


@pytest.mark.parametrize("answer", ["", "250 2.0.0 OK", "hello", "5350", "15421"])
def test_what_is_no_failure_is_not_explained(answer: str) -> None:
    assert explain(answer) == []


def test_every_explanation_names_checks_that_there_are_and_a_source() -> None:
    for one in explanations():
        assert re.compile(one.match)
        assert set(one.checks) <= set(CHECKS)
        assert one.meaning.endswith(".")
        assert one.fix.endswith(".")
        assert one.source.startswith("https://")


@given(st.text())
def test_no_text_at_all_breaks_the_explanation(answer: str) -> None:
    explain(answer)
