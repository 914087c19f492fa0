from aem_mail.simulator.mail import SendRequest
from aem_mail.simulator.state.oauth_client import Consent, OAuthClient
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import MailServer
from tests.simulator.mail.mail_requests import variable


def test_a_request_needs_neither_recipient_nor_subject() -> None:
    request = SendRequest({}, "author")

    assert (request.to, request.subject, request.networking, request.variables) == ("recipient@example.com", "A message from AEM", None, ())


def test_secrets_are_not_in_the_representation() -> None:
    oauth = OAuthClient("google", "an-id", Secret.of("hunter2"), grants={"apikey": Consent(Secret.of("hunter2"), ())})
    server = MailServer("smtp.example.com", 465, "implicit", {"apikey": Secret.of("hunter2")}, oauth=oauth)
    request = SendRequest({}, "author", (variable("P", "secretString", None, "hunter2"), variable("Q", "string", None, "hunter2")))

    assert "hunter2" not in repr((server, request))
