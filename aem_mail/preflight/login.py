"""The login: what a server offers, and, if that is asked for, one attempt."""

import base64
from dataclasses import dataclass
from typing import Final

from aem_mail.cloud_manager.redaction import Mask
from aem_mail.preflight.dialogue import Dialogue, NoDialogue, Reply
from aem_mail.preflight.refusals import refused_reply
from aem_mail.preflight.step import Step, StepVerdict, shown
from aem_mail.preflight.target import Login

WITH_PASSWORD: Final = ("LOGIN", "PLAIN")
"""In the order in which AEM's mail library tries them."""
WITH_TOKEN: Final = "XOAUTH2"  # noqa: S105 - a mechanism's name
CONTINUES, ACCEPTED = 334, 235
CHECKS: Final = ("M14", "M15")


@dataclass(frozen=True, slots=True)
class Offer:
    """The mechanisms that a server offers, in its order and in capitals."""

    mechanisms: tuple[str, ...]

    @property
    def with_password(self) -> str | None:
        """The mechanism by which AEM would log in with user and password."""
        return next((one for one in WITH_PASSWORD if one in self.mechanisms), None)

    def step(self) -> Step:
        """Say what is offered and whether AEM can use it."""
        answer = shown(", ".join(self.mechanisms)) if self.mechanisms else "none"
        if not self.mechanisms:
            effect = "AEM would send without a login, whatever user is configured, and the server may refuse the mail."
            fix = "Use a port for submission (587, 465), unless the server knows AEM by its address."
            return Step("AUTH offered", answer, StepVerdict.WARNING, CHECKS, effect, fix)
        if self.with_password is None and WITH_TOKEN not in self.mechanisms:
            effect = "AEM would find no way to log in: it knows LOGIN, PLAIN and XOAUTH2."
            return Step("AUTH offered", answer, StepVerdict.FAILED, CHECKS, effect, "Let the mail server offer one of them.")
        if self.with_password is None:
            effect = "AEM would have to log in with OAuth 2.0: no mechanism for a password is offered."
            return Step("AUTH offered", answer, StepVerdict.INFO, CHECKS, effect, "Configure OAuth 2.0.")
        return Step("AUTH offered", answer, StepVerdict.OK, CHECKS)


def offer(extensions: tuple[str, ...]) -> Offer:
    """Read the mechanisms from the reply to EHLO, also in the old form `AUTH=LOGIN`."""
    words = [line.upper().replace("AUTH=", "AUTH ").split() for line in extensions]
    return Offer(tuple(dict.fromkeys(name for line in words if line[:1] == ["AUTH"] for name in line[1:])))


async def log_in(dialogue: Dialogue, offered: Offer, login: Login, *, trusted: bool) -> Step:
    """Log in once, and say what came of it; the password goes nowhere but to a server whose certificate is trusted."""
    if not trusted:
        return Step("login", "not tried: the connection is not encrypted, or its certificate is not trusted", StepVerdict.NOT_TRIED)
    mechanism = offered.with_password
    if mechanism is None:
        return Step("login", "not tried: no mechanism for a password is offered", StepVerdict.NOT_TRIED)
    mask = Mask((login.password, _blob(login), _blob(login).rstrip("=")))
    try:
        reply = await _authenticate(dialogue, mechanism, login)
    except NoDialogue as error:
        raise NoDialogue(mask(str(error))) from None
    asked = f"login ({mechanism})"
    masked = _masked(reply, mask)
    return Step(asked, str(masked), StepVerdict.OK, ("M08", "M29")) if reply.code == ACCEPTED else refused_reply(asked, masked)


async def _authenticate(dialogue: Dialogue, mechanism: str, login: Login) -> Reply:
    if mechanism == "PLAIN":
        return await dialogue.command(f"AUTH PLAIN {_blob(login)}")
    reply = await dialogue.command("AUTH LOGIN")
    for secret in (login.user, login.password):
        if reply.code != CONTINUES:
            return reply
        reply = await dialogue.command(_encoded(secret))
    return reply


def _masked(reply: Reply, mask: Mask) -> Reply:
    """Return the reply without what was sent, should the server repeat it, also over several lines."""
    return Reply(reply.code, tuple(mask("\n".join(reply.lines)).split("\n")))


def _blob(login: Login) -> str:
    return _encoded(f"\0{login.user}\0{login.password}")


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
