"""What is kept of a message, whatever its form."""

from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import Envelope
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.simulator.mail.mailbox import Mailbox
from aem_mail.simulator.mail.model import AcceptedMail, Attachment
from aem_mail.simulator.state.values import MailServer
from tests.hostile import HOSTILE

PARTS = (
    *(b"Subject: ", b"Content-Type: ", b"multipart/mixed; boundary=x", b"text/plain; charset=", b"utf-8", b"nobody-knows", b"=?x?q?=41?="),
    *(b"Content-Transfer-Encoding: ", b"base64", b"8bit", b"quoted-printable", b"\r\n", b"\r\n\r\n", b"--x", b"--x--", b"\xff\xfe", b"=41"),
    *(b"Content-Disposition: attachment; filename=", b'"a.pdf"', b"message/rfc822", b"DKIM-Signature: ", b"d=", b"; s=", b"a", b"\x00"),
)


def kept(content: bytes) -> AcceptedMail:
    """Return what a mailbox keeps of a message."""
    mailbox, envelope = Mailbox(lambda: 0.0), Envelope()
    envelope.mail_from, envelope.rcpt_tos, envelope.original_content = "a@b", ["c@d"], content
    mailbox.add(MailServer("smtp.example.com", 25, "none"), "none", None, envelope)
    (mail,) = mailbox.mails()
    return mail


def test_attachments_and_signatures_are_told() -> None:
    message = EmailMessage()
    message["Subject"] = "The report"
    message["DKIM-Signature"] = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=wknd.site; s=k1; bh=d=; b=+d=="
    message.set_content("See below.\n")
    message.add_attachment(b"12345", maintype="application", subtype="pdf", filename="report.pdf")

    mail = kept(message.as_bytes())

    assert (mail.subject, mail.body) == ("The report", "See below.\n")
    assert mail.attachments == [Attachment("report.pdf", "application/pdf", 5)]
    assert mail.dkim == ["k1._domainkey.wknd.site"]


def test_a_message_without_them_has_none() -> None:
    mail = kept(b"Subject: x\r\n\r\nbody")

    assert mail.to_json() | {"attachments": [], "dkim": []} == mail.to_json()


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.isprintable()])
def test_a_body_is_kept_as_it_is(text: str) -> None:
    assert kept(f"Content-Type: text/html; charset=utf-8\r\n\r\n{text}".encode()).body == text


def test_a_character_set_that_nobody_knows_does_not_lose_the_text() -> None:
    assert kept(b"Content-Type: text/plain; charset=nobody-knows\r\n\r\nHello").body == "Hello"


@given(st.lists(st.sampled_from(PARTS), max_size=25).map(b"".join) | st.binary(max_size=200))
def test_any_message_is_kept(content: bytes) -> None:
    kept(content)
