from aem_mail.simulator.mail import SendRequest, SmtpServer, Variable
from aem_mail.simulator.state.oauth_client import Grant, OAuthClient


def test_a_request_needs_neither_recipient_nor_subject() -> None:
    request = SendRequest({}, "author")

    assert (request.to, request.subject, request.networking, request.variables) == ("recipient@example.com", "A message from AEM", None, ())


def test_secrets_are_not_in_the_representation() -> None:
    oauth = OAuthClient("google", "an-id", "hunter2", grants={"apikey": Grant("hunter2", ())})
    server = SmtpServer("smtp.example.com", 465, "implicit", {"apikey": "hunter2"}, oauth=oauth)
    request = SendRequest({}, "author", (Variable("P", "secretString", None, "hunter2"),))

    assert "hunter2" not in repr((server, request))
