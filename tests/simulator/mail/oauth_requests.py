"""Requests that deliver by OAuth 2.0, the servers for them, and ways to spoil them."""

from dataclasses import replace
from typing import Any

from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID, MailService, OAuthProvider, render_mail_service, render_oauth_provider
from aem_mail.simulator.mail import SendRequest
from aem_mail.simulator.state.oauth_client import Consent, OAuthClient
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import MailServer, PortForward, Variable
from tests.simulator.mail.mail_requests import in_force, variable

MAILBOX = "noreply@wknd.site"
TENANT = "11111111-2222-3333-4444-555555555555"
SEND, GOOGLE_MAIL = "https://outlook.office.com/SMTP.Send", "https://mail.google.com/"
NOW = 1_900_000_000.0
TOKEN_URLS = {
    "microsoft365": f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token",
    "google": "https://oauth2.googleapis.com/token",
}
SCOPES = {"microsoft365": (SEND, "openid", "offline_access", "email", "profile"), "google": (GOOGLE_MAIL,)}

MICROSOFT = OAuthClient(
    "microsoft365",
    "an-id",
    Secret.of("client-secret"),
    TENANT,
    grants={
        MAILBOX: Consent(Secret.of("refresh-token"), (SEND, "https://outlook.office.com/IMAP.AccessAsUser.All")),
        "other@wknd.site": Consent(Secret.of("others-refresh-token"), (SEND,)),
        "expired@wknd.site": Consent(Secret.of("expired-refresh-token"), (SEND,), NOW),
        "revoked@wknd.site": Consent(Secret.of("revoked-refresh-token"), (SEND,), revoked=True),
    },
)
GOOGLE = OAuthClient(
    "google",
    "an-id",
    Secret.of("client-secret"),
    grants={
        MAILBOX: Consent(Secret.of("refresh-token"), (GOOGLE_MAIL, "openid")),
        "revoked@wknd.site": Consent(Secret.of("revoked-refresh-token"), (GOOGLE_MAIL,), revoked=True),
    },
)
HOSTS = {"microsoft365": ("smtp.office365.com", 587), "google": ("smtp.gmail.com", 465)}
OFFICE = MailServer("smtp.office365.com", 587, "starttls", {MAILBOX: Secret.of("password123")}, "disabled", ("LOGIN",), MICROSOFT)
GMAIL = MailServer("smtp.gmail.com", 465, "implicit", {MAILBOX: Secret.of("password123")}, "disabled", oauth=GOOGLE)


def delivering_by_token(provider: str = "microsoft365", **changes: Any) -> SendRequest:
    """Return a request that delivers, except for the changes of the provider's configuration; None removes a property."""
    host, port = HOSTS[provider]
    url = TOKEN_URLS[provider]
    service = render_mail_service(MailService(30000 + port, port, MAILBOX, "EMAIL_USERNAME", None, oauth=True))
    rendered = render_oauth_provider(OAuthProvider(url, url, url, "an-id", "CLIENT_SECRET", "REFRESH_TOKEN", SCOPES[provider]))
    properties = {key: value for key, value in {**rendered, **changes}.items() if value is not None}
    return SendRequest(
        {MAIL_SERVICE_PID: service, OAUTH_PID: properties},
        "author",
        (secret("EMAIL_USERNAME", MAILBOX), secret("CLIENT_SECRET", "client-secret"), secret("REFRESH_TOKEN", "refresh-token")),
        in_force(PortForward(host, port, 30000 + port)),
    )


def secret(name: str, value: str | None) -> Variable:
    return variable(name, "secretString", None, value)


def with_secret(request: SendRequest, name: str, value: str | None) -> SendRequest:
    """Give a variable another value."""
    others = [variable for variable in request.variables if variable.name != name]
    return replace(request, variables=(*others, secret(name, value)))
