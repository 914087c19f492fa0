"""What a server's refusals mean: of a command by its reply, of our trust by its certificate."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aem_mail.preflight.certificates import Certificate, describe, listed
from aem_mail.preflight.dialogue import Reply
from aem_mail.preflight.step import Step, StepVerdict, shown
from aem_mail.preflight.target import Target
from aem_mail.presets import explain

SAYS_IT_ALL: Final = {
    9: ("a certificate is not valid yet", "Wait, or set the clock of the mail server, or of this machine, right."),
    10: ("a certificate has expired", "Renew it on the mail server."),
    18: ("the certificate is signed by itself", "Get one from a public authority, since AEM's Java trusts no other."),
}
UNTRUSTED: Final = (19, 20, 21)
WRONG_NAME: Final = (62, 64)
"""OpenSSL's codes (x509_vfy.h) of why a certificate is refused."""
NAMES_UNSEEN: Final = "AEM would most likely send anyway: it dials its proxy, so it cannot compare the name; chain and dates count."
"""From the mail library of Adobe's SDK in 2026 (commons-email 1.6.0, javax.mail 1.6.2); the mail service's own code is not public."""


@dataclass(frozen=True, slots=True)
class SmtpRefusal:
    """Why this machine does not trust a server, and the certificates that it sent; none where they could not be had."""

    error: ssl.SSLCertVerificationError
    chain: Sequence[Certificate]


def refused_reply(asked: str, reply: Reply) -> Step:
    """Return the step of a reply that is no consent."""
    known = explain(f"{reply.code} {' '.join(reply.lines)}")
    if not known:
        fix = "Check the server's own log, or ask its operator."
        return Step(asked, str(reply), StepVerdict.FAILED, (), "AEM would get no further than this.", fix)
    return Step(asked, str(reply), StepVerdict.FAILED, known[0].checks, known[0].meaning, known[0].fix)


def refused_step(refusal: SmtpRefusal, target: Target) -> Step:
    """Return the step of a certificate that is refused."""
    reason, fix = _reason(refusal, target.host)
    seen = f"; {describe(refusal.chain)}" if refusal.chain else ""
    if refusal.error.verify_code in WRONG_NAME:
        return Step("TLS", f"refused here: {reason}{seen}", StepVerdict.WARNING, (), NAMES_UNSEEN, fix)
    effect = f"AEM would end the handshake with {target}, where its Java judges as this machine does."
    return Step("TLS", f"refused: {reason}{seen}", StepVerdict.FAILED, (), effect, fix)


def _reason(refusal: SmtpRefusal, host: str) -> tuple[str, str]:
    """Return why, and the fix. OpenSSL names the first reason that it meets."""
    code, chain = refusal.error.verify_code, refusal.chain
    if code in SAYS_IT_ALL:
        return SAYS_IT_ALL[code]
    if code in WRONG_NAME:
        names = listed(chain[0].names) if chain else "another host"
        return f"the certificate is for {names}, and not for {host}", "Let the port forward name a host that the certificate is for."
    if code in UNTRUSTED:
        return _untrusted(chain)
    return shown(refusal.error.verify_message), "See what is wrong with the certificate on the mail server."


def _untrusted(chain: Sequence[Certificate]) -> tuple[str, str]:
    public = "public authority, since AEM's Java trusts no other"
    if len(chain) == 1:
        reason = f"the server sends its own certificate alone, without that of {shown(chain[0].issuer)}, which this machine does not know"
        return reason, f"Let the mail server send its whole chain; or, if it does, get a certificate from a {public}."
    issuer = shown(chain[-1].issuer) if chain else "the issuer"
    return f"this machine does not trust {issuer}", f"Get a certificate from a {public}; with --ca-file this machine trusts another one."
