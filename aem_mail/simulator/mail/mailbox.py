"""What the mail servers accepted."""

import itertools
import threading
from collections import deque
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from typing import Final

from aiosmtpd.smtp import Envelope

from aem_mail.simulator.mail.model import AcceptedMail
from aem_mail.simulator.state.values import MailServer, TlsMode

MOST_MAILS: Final = 1000


class Mailbox:
    """The latest MOST_MAILS accepted messages, oldest first, numbered from 1. Thread safe."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.clear()

    def add(self, server: MailServer, tls: TlsMode, user: str | None, envelope: Envelope) -> None:
        subject, body = _read(envelope.original_content or b"")
        with self._lock:
            mail = AcceptedMail(
                seq=next(self._numbers),
                time=self._clock(),
                host=server.host,
                port=server.port,
                tls=tls,
                user=user,
                mail_from=envelope.mail_from or "",
                rcpt_to=tuple(envelope.rcpt_tos),
                subject=subject,
                body=body,
            )
            self._mails.append(mail)

    def mails(self) -> list[AcceptedMail]:
        with self._lock:
            return list(self._mails)

    def clear(self) -> None:
        with self._lock:
            self._mails: deque[AcceptedMail] = deque(maxlen=MOST_MAILS)
            self._numbers = itertools.count(1)


def _read(content: bytes) -> tuple[str, str]:
    message = message_from_bytes(content, EmailMessage, policy=SMTPUTF8)
    body = message.get_body(("plain", "html"))
    return str(message["subject"] or ""), "" if body is None else body.get_content().replace("\r\n", "\n")
