"""Mistakes with OAuth 2.0 and their cures, by id, and the mail servers that show them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, Final

from aem_mail.checks import Severity
from aem_mail.model import PortForward
from aem_mail.osgi import OAUTH_PID
from aem_mail.simulator.state.oauth_client import Consent, OAuthClient
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import MailServer
from tests.checks.case import Case
from tests.checks.situations import MAIL_FILE, PASSWORD, STARTTLS, USERNAME, Situation, declared, healthy, mail_file, secret

MAILBOX, LEFT_ALONE = "mailbox@wknd.site", "left-alone@wknd.site"
TENANT = "1111111a-2222-3333-4444-555555555555"
LOGIN = f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0"
SEND, GOOGLE_MAIL = "https://outlook.office.com/SMTP.Send", "https://mail.google.com/"
EXPIRED = "2029-01-01"

MICROSOFT: Final[Mapping[str, Any]] = {
    "authUrl": f"{LOGIN}/authorize",
    "tokenUrl": f"{LOGIN}/token",
    "refreshUrl": f"{LOGIN}/token",
    "clientId": "an-id",
    "clientSecret": "$[secret:SECRET_SMTP_OAUTH_CLIENT_SECRET]",
    "refreshToken": "$[secret:SECRET_SMTP_OAUTH_REFRESH_TOKEN]",
    "scopes": [SEND, "offline_access"],
}
GOOGLE = {
    **MICROSOFT,
    "authUrl": "https://accounts.google.com/o/oauth2/v2/auth",
    "tokenUrl": "https://oauth2.googleapis.com/token",
    "refreshUrl": "https://oauth2.googleapis.com/token",
    "scopes": [GOOGLE_MAIL],
}
OAUTH_FILE = f"config/{OAUTH_PID}.cfg.json"
OFFICE, GMAIL = PortForward("smtp.office365.com", 587, 30587), PortForward("smtp.gmail.com", 587, 30587)

CLIENT_SECRET = secret("SECRET_SMTP_OAUTH_CLIENT_SECRET", "client-secret")
REFRESH_TOKEN = secret("SECRET_SMTP_OAUTH_REFRESH_TOKEN", "refresh-token")
OLD_TOKEN = replace(REFRESH_TOKEN, value="old-refresh-token", expires_at=EXPIRED)


def moment(day: str) -> float:
    return datetime.combine(date.fromisoformat(day), time(), UTC).timestamp()


OFFICE_SERVER = MailServer(
    OFFICE.name,
    OFFICE.port_dest,
    "starttls",
    {MAILBOX: Secret.of("password123")},
    "disabled",
    oauth=OAuthClient(
        "microsoft365",
        "an-id",
        Secret.of("client-secret"),
        TENANT,
        grants={
            MAILBOX: Consent(Secret.of("refresh-token"), (SEND, "offline_access")),
            LEFT_ALONE: Consent(Secret.of("old-refresh-token"), (SEND, "offline_access"), moment(EXPIRED)),
        },
    ),
)
GMAIL_SERVER = MailServer(
    GMAIL.name,
    GMAIL.port_dest,
    "starttls",
    {MAILBOX: Secret.of("password123")},
    oauth=OAuthClient(
        "google",
        "an-id",
        Secret.of("client-secret"),
        grants={MAILBOX: Consent(Secret.of("refresh-token"), (GOOGLE_MAIL, "openid"))},
    ),
)


def with_oauth(
    provider: Mapping[str, Any] | None = None, *, rule: PortForward = OFFICE, token: Any = REFRESH_TOKEN, **mail: Any
) -> Situation:
    """Return a situation in which AEM logs in with a token, at Microsoft 365 unless the rule leads elsewhere."""
    service = {**STARTTLS, "oauth_flow": True, "smtp_user": MAILBOX, "smtp_password": "value not used", **mail}
    files = {MAIL_FILE: mail_file(**service), **({} if provider is None else {OAUTH_FILE: json.dumps(provider)})}
    return healthy(files=files, declaration=declared(rule, variables=(USERNAME, PASSWORD, CLIENT_SECRET, token)))


def with_password(**mail: Any) -> Situation:
    """Return a situation in which AEM logs in at Microsoft 365 with the mailbox's password."""
    return healthy(declaration=declared(OFFICE), files={MAIL_FILE: mail_file(**STARTTLS, smtp_user=MAILBOX, **mail)})


RIGHT, RIGHT_AT_GOOGLE = with_oauth(MICROSOFT), with_oauth(GOOGLE, rule=GMAIL)
IN_THE_CLEAR, CLOSED_PORT = f"{LOGIN}/token".replace("https", "http"), f"{LOGIN}/token".replace(".com", ".com:8443")
ELSEWHERE = f"https://login.microsoftonline.com/{TENANT.replace('1', '9')}/oauth2/v2.0/token"

OAUTH_CASES: dict[str, dict[str, Case]] = {
    "M13": {
        "no scope for mail": Case(with_oauth({**MICROSOFT, "scopes": ["offline_access"]}), RIGHT, "auth"),
        "no refresh": Case(with_oauth({**MICROSOFT, "scopes": [SEND]}), RIGHT),
        "two tenants, one of which is not ours": Case(with_oauth({**MICROSOFT, "refreshUrl": ELSEWHERE}), RIGHT, "auth"),
        "a tenant for everybody": Case(with_oauth({**MICROSOFT, "refreshUrl": LOGIN.replace(TENANT, "common") + "/token"}), RIGHT, "auth"),
        "two tenants, where AEM does not ask": Case(with_oauth({**MICROSOFT, "tokenUrl": ELSEWHERE}), RIGHT),
        "a tenant for everybody everywhere": Case(
            with_oauth({key: str(value).replace(TENANT, "common") if "Url" in key else value for key, value in MICROSOFT.items()}),
            RIGHT,
            "auth",
            severity=Severity.WARNING,
        ),
        "no address": Case(with_oauth({**MICROSOFT, "refreshUrl": ""}), RIGHT, "config"),
        "an address in plain text": Case(with_oauth({**MICROSOFT, "refreshUrl": IN_THE_CLEAR}), RIGHT, "config"),
        "a port that is closed": Case(with_oauth({**MICROSOFT, "refreshUrl": CLOSED_PORT}), RIGHT, "auth"),
        "Google elsewhere": Case(
            with_oauth({**GOOGLE, "refreshUrl": "https://oauth2.example.com/token"}, rule=GMAIL), RIGHT_AT_GOOGLE, "auth"
        ),
        "scopes with commas": Case(with_oauth({**GOOGLE, "scopes": f"openid,{GOOGLE_MAIL}"}, rule=GMAIL), RIGHT_AT_GOOGLE, "auth"),
        "another address": Case(with_oauth({**MICROSOFT, "refreshUrl": "https://login.example.com/token"}), RIGHT, "auth"),
        "Google without mail": Case(with_oauth({**GOOGLE, "scopes": ["openid"]}, rule=GMAIL), RIGHT_AT_GOOGLE, "auth"),
    },
    "M14": {
        "no provider": Case(with_oauth(), RIGHT, "config"),
        "no flow": Case(with_oauth(MICROSOFT, oauth_flow=False, smtp_password="$[secret:EMAIL_PASSWORD]"), RIGHT, "auth"),
        "no flow, where passwords are taken": Case(
            with_oauth(GOOGLE, rule=GMAIL, oauth_flow=False, smtp_password="$[secret:EMAIL_PASSWORD]"),
            RIGHT_AT_GOOGLE,
            severity=Severity.WARNING,
        ),
        "no user": Case(with_oauth(MICROSOFT, smtp_user=None), RIGHT, "auth"),
        "no password and no flow": Case(with_oauth(rule=GMAIL, oauth_flow=False), RIGHT_AT_GOOGLE, "auth"),
    },
    "M15": {"a password at Microsoft": Case(with_password(), RIGHT, "auth")},
    "M16": {
        "in a week": Case(
            with_oauth(MICROSOFT, token=replace(REFRESH_TOKEN, expires_at="2030-06-08")),
            with_oauth(MICROSOFT, token=replace(REFRESH_TOKEN, expires_at="2030-08-01")),
        ),
        "long ago": Case(with_oauth(MICROSOFT, token=OLD_TOKEN, smtp_user=LEFT_ALONE), RIGHT, "auth"),
        "with a time of day": Case(with_oauth(MICROSOFT, token=replace(REFRESH_TOKEN, expires_at=f"{EXPIRED}T00:00:00Z")), RIGHT),
    },
}
