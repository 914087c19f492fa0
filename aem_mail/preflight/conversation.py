"""One conversation with a mail server, as AEM's mail service would begin it, up to the login and no further."""

import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from aem_mail.checks.egress import tested
from aem_mail.preflight.certificates import certificates, dates, describe
from aem_mail.preflight.dialogue import Dialogue, NoDialogue, Reply
from aem_mail.preflight.login import log_in, offer
from aem_mail.preflight.probe import Probe
from aem_mail.preflight.refusals import WRONG_NAME, SmtpRefusal, refused_reply, refused_step
from aem_mail.preflight.step import Step, StepVerdict, shown
from aem_mail.preflight.trust import looking

HELO_NAME: Final = "aem-mail-preflight.invalid"
SERVICE_READY: Final = 220
COMPLETED: Final = 250


class Ended(Exception):
    """The conversation went no further; its last step says why."""


async def converse(probe: Probe, address: str) -> list[Step]:
    """Return the steps with the server at one of the target's addresses; the first is the TCP connection.

    A certificate that is refused ends AEM's way. That is told, and a second conversation looks at the server anyway.
    """
    trusting = Conversation(probe, address, probe.trusting)
    try:
        return await trusting.hold()
    except ssl.SSLCertVerificationError as error:
        curious = Conversation(probe, address, looking(), error)
        steps = await curious.hold()
        return steps if curious.secure else [*trusting.steps, refused_step(SmtpRefusal(error, ()), probe.target)]


class Conversation:
    """The steps of one connection, as far as it got; ``refused`` is why a connection before it was not trusted."""

    def __init__(self, probe: Probe, address: str, context: ssl.SSLContext, refused: ssl.SSLCertVerificationError | None = None) -> None:
        self._target, self._options, self._deadline = probe.target, probe.options, probe.deadline
        self._address, self._context, self._refused = address, context, refused
        self.secure = False
        self.steps: list[Step] = []

    async def hold(self) -> list[Step]:
        """Go as far as the server lets us. Raises SSLCertVerificationError where the context does not trust it."""
        dialogue: Dialogue | None = None
        try:
            dialogue = await self._connected()
            await self._talk(dialogue)
        except Ended:
            pass
        finally:
            if dialogue is not None:
                dialogue.abort()
        return self.steps

    async def _talk(self, dialogue: Dialogue) -> None:
        begins_with_tls = self._target.tls == "implicit"
        if begins_with_tls:
            await self._tls(dialogue)
        await self._greeting(dialogue)
        extensions = await self._extensions(dialogue, "EHLO")
        if not begins_with_tls and await self._upgraded(dialogue, extensions):
            await self._tls(dialogue)
            extensions = await self._extensions(dialogue, "EHLO, with TLS")
        mechanisms = offer(extensions)
        self.steps.append(mechanisms.step())
        login = self._options.login
        if login is not None:
            async with self._asking("login", ("M08", "M29"), "AEM would be left without an answer.", "See the server's own log."):
                step = await log_in(dialogue, mechanisms, login, trusted=self.secure and self._refused is None)
            self.steps.append(step)

    async def _connected(self) -> Dialogue:
        host = f"[{self._address}]" if ":" in self._address else self._address
        asked, checks = f"TCP {host}:{self._target.port}", ("M18", "M20")
        way = tested(self._target.host, self._target.port)
        fix = f"Check that the server listens there, and that no firewall blocks it, here or there; for AEM's way, {way}."
        async with self._asking(asked, checks, f"AEM would not reach {self._target}.", fix):
            dialogue = await Dialogue.open(self._address, self._target.port)
        self.steps.append(Step(asked, "connected", StepVerdict.OK, checks))
        return dialogue

    async def _greeting(self, dialogue: Dialogue) -> None:
        fix = "Check that this is a port for mail; one whose server says nothing may begin with TLS, as 465 and 2465 do."
        async with self._asking("greeting", ("M05",), "AEM would wait for a greeting, and give up.", fix):
            reply = await dialogue.reply()
        self._judge("greeting", reply, SERVICE_READY)

    async def _extensions(self, dialogue: Dialogue, asked: str) -> tuple[str, ...]:
        async with self._asking(asked, (), "AEM would be left in the middle of the conversation.", "See the server's own log."):
            reply = await dialogue.command(f"EHLO {HELO_NAME}")
        self._judge(asked, reply, COMPLETED)
        return reply.lines[1:]

    async def _upgraded(self, dialogue: Dialogue, extensions: tuple[str, ...]) -> bool:
        """Ask for TLS where it is offered; say whether it is to begin."""
        if "STARTTLS" not in (line.strip().upper() for line in extensions):
            required = self._target.tls == "starttls"
            effect = "AEM would not send, since it requires STARTTLS here." if required else "AEM would hand everything over in plain text."
            verdict = StepVerdict.FAILED if required else StepVerdict.WARNING
            fix = "Use a port of the server that offers TLS, such as 587 or 465."
            self.steps.append(Step("STARTTLS", "not offered", verdict, ("M05", "M07"), effect, fix))
            return False
        async with self._asking("STARTTLS", ("M05",), "AEM would not get to TLS.", "See the server's own log."):
            reply = await dialogue.command("STARTTLS")
        self._judge("STARTTLS", reply, SERVICE_READY)
        return True

    async def _tls(self, dialogue: Dialogue) -> None:
        fix = "See how the port begins: 465 and 2465 with TLS, 587 and 25 without."
        async with self._asking("TLS", ("M05",), f"AEM's handshake with {self._target} would fail.", fix):
            session = await dialogue.start_tls(self._context, self._target.host)
        chain, self.secure = certificates(session), True
        if self._refused is not None:
            self.steps.append(refused_step(SmtpRefusal(self._refused, chain), self._target))
        else:
            self.steps.append(Step("TLS", f"{session.version()}; {describe(chain)}", StepVerdict.OK, ("M05",)))
        if chain and (self._refused is None or self._refused.verify_code in WRONG_NAME):
            self.steps.append(dates(chain, datetime.now(UTC), self._options.warn_days))

    def _judge(self, asked: str, reply: Reply, expected: int) -> None:
        if reply.code == expected:
            self.steps.append(Step(asked, str(reply), StepVerdict.OK))
            return
        self.steps.append(refused_reply(asked, reply))
        raise Ended

    @asynccontextmanager
    async def _asking(self, asked: str, checks: tuple[str, ...], effect: str, fix: str) -> AsyncIterator[None]:
        """Give one step its time; whatever goes wrong becomes the last step. A refused certificate is for the caller."""
        try:
            async with self._deadline.step():
                yield
        except TimeoutError:
            self.steps.append(Step(asked, self._deadline.patience, StepVerdict.TIMED_OUT, checks, effect, fix))
        except ssl.SSLCertVerificationError:
            raise
        except (NoDialogue, OSError) as error:
            self.steps.append(Step(asked, _plain(error), StepVerdict.FAILED, checks, effect, fix))
        else:
            return
        raise Ended


def _plain(error: Exception) -> str:
    match error:
        case ConnectionRefusedError():
            return "refused"
        case ConnectionResetError() | ConnectionAbortedError() | BrokenPipeError():
            return "closed the connection"
        case ssl.SSLError(reason=str(reason)):
            return f"no TLS: {reason.replace('_', ' ').lower()}"
        case OSError(errno=int(number)):
            return os.strerror(number)
    return shown(str(error))
