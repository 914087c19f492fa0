"""What the mail servers accepted."""

import itertools
import re
import threading
from collections import deque
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTPUTF8
from typing import Final

from aiosmtpd.smtp import Envelope

from aem_mail.simulator.mail.model import AcceptedMail, Attachment
from aem_mail.simulator.state.values import MailServer, TlsMode

MOST_MAILS: Final = 1000
TAG: Final = re.compile(r"(?:^|;)\s*([ds])\s*=\s*([^\s;]+)")
"""Domain and selector of a DKIM signature."""


class Mailbox:
    """The latest MOST_MAILS accepted messages, oldest first, numbered from 1. Thread safe."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.clear()

    def add(self, server: MailServer, tls: TlsMode, user: str | None, envelope: Envelope) -> None:
        message = message_from_bytes(envelope.original_content or b"", EmailMessage, policy=SMTPUTF8)
        content = (str(message["subject"] or ""), _body(message), _attachments(message), _signatures(message))
        sender, recipients = envelope.mail_from or "", tuple(envelope.rcpt_tos)
        with self._lock:
            came = (next(self._numbers), self._clock(), server.host, server.port, tls, user)
            self._mails.append(AcceptedMail(*came, sender, recipients, *content))

    def mails(self) -> list[AcceptedMail]:
        with self._lock:
            return list(self._mails)

    def clear(self) -> None:
        with self._lock:
            self._mails: deque[AcceptedMail] = deque(maxlen=MOST_MAILS)
            self._numbers = itertools.count(1)


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    return "" if part is None else _text(part).replace("\r\n", "\n")


def _text(part: Message) -> str:
    """The text of a part, also in a character set that nobody knows."""
    content = _content(part)
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _attachments(message: EmailMessage) -> list[Attachment]:
    return [Attachment(part.get_filename() or "", part.get_content_type(), len(_content(part))) for part in message.iter_attachments()]


def _signatures(message: EmailMessage) -> list[str]:
    tags = [dict(TAG.findall(str(header))) for header in message.get_all("dkim-signature", [])]
    return [f"{each.get('s', '?')}._domainkey.{each.get('d', '?')}" for each in tags]
