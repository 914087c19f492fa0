"""How AEM's mail service logs in: AUTH LOGIN or PLAIN with a password, XOAUTH2 with an access token."""

import base64
import binascii
import smtplib

from aem_mail.simulator.mail.answers import at_stage, decoded
from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.mail.mail_service import MailSettings

CHALLENGE = 334
ACCEPTED = 235
XOAUTH2 = "XOAUTH2"


def log_in(client: smtplib.SMTP, settings: MailSettings, target: str, access_token: str | None) -> None:
    """Log in, unless AEM has no user or the server wants none; raises StageFailure at `auth`."""
    mechanisms = client.esmtp_features.get("auth", "").upper().split()
    if settings.user is None or not mechanisms:
        return
    with at_stage("auth", target):
        if access_token is None:
            code, answer = _with_password(client, settings.user, settings.password, mechanisms)
        elif XOAUTH2 in mechanisms:
            code, answer = _with_token(client, settings.user, access_token)
        else:
            raise StageFailure("auth", f"oauth.flow is true, but {target} offers no {XOAUTH2} (it offers {', '.join(mechanisms)})")
    if code != ACCEPTED:
        reason = f"{target} refused the user {settings.user!r}: {code} {decoded(answer)}"
        raise StageFailure("auth", "; ".join([reason, *settings.unset]), code)


def _with_password(client: smtplib.SMTP, user: str, password: str, mechanisms: list[str]) -> tuple[int, bytes]:
    if "LOGIN" in mechanisms:
        code, answer = client.docmd("AUTH", f"LOGIN {_encoded(user)}")
        return client.docmd(_encoded(password)) if code == CHALLENGE else (code, answer)
    return client.docmd("AUTH", f"PLAIN {_encoded(f'{chr(0)}{user}{chr(0)}{password}')}")


def _with_token(client: smtplib.SMTP, user: str, access_token: str) -> tuple[int, bytes]:
    code, answer = client.docmd("AUTH", f"{XOAUTH2} {_encoded(f'user={user}{chr(1)}auth=Bearer {access_token}{chr(1)}{chr(1)}')}")
    if code != CHALLENGE:
        return code, answer
    # The challenge says why; an empty line asks for the refusal itself.
    code, refusal = client.docmd("")
    return code, refusal + b" " + _challenge(answer)


def _challenge(answer: bytes) -> bytes:
    try:
        return base64.b64decode(answer, validate=True)
    except binascii.Error:
        return answer


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
