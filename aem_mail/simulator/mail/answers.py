"""What a mail server, or Python on its behalf, says: as text for a failure of a stage."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator

from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.mail.model import Stage


@contextlib.contextmanager
def at_stage(stage: Stage, target: str) -> Iterator[None]:
    """Raise StageFailure at that stage for whatever goes wrong with the target."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise StageFailure(stage, f"{target} answered {reply(error)}", error.smtp_code) from None
    except (OSError, smtplib.SMTPException) as error:
        raise StageFailure(stage, f"{target}: {plain(error)}") from None


def reply(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {decoded(error.smtp_error)}"


def decoded(answer: bytes | str) -> str:
    return answer if isinstance(answer, str) else answer.decode("utf-8", "replace")


def plain(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return (error.reason or "handshake failed").replace("_", " ").lower()
    return str(error) or type(error).__name__
