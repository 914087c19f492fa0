"""The certificates that a server shows: read, described and judged."""

import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from aem_mail.preflight.step import Step, StepVerdict, shown

MOST_NAMES: Final = 8
UNREADABLE: Final = (ValueError, x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType)


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate; ``names`` are the hosts and addresses that it is for."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime


def certificates(session: ssl.SSLObject) -> tuple[Certificate, ...]:
    """Return what the server sent, its own certificate first, verified or not; those that cannot be read are left out."""
    found = []
    for encoded in _sent(session):
        with suppress(*UNREADABLE):
            found.append(certificate(encoded))
    return tuple(found)


def certificate(encoded: bytes) -> Certificate:
    """Return a certificate in DER form. Raises one of UNREADABLE for what is none."""
    read = x509.load_der_x509_certificate(encoded)
    return Certificate(_name(read.subject), _name(read.issuer), _names(read), read.not_valid_before_utc, read.not_valid_after_utc)


def describe(chain: Sequence[Certificate]) -> str:
    """Say who the server is and who vouches for it, link by link."""
    if not chain:
        return "no certificate that can be read"
    leaf = chain[0]
    links = " ← ".join([shown(leaf.subject), *(shown(one.issuer) for one in chain)])
    return f"{links}; for {listed(leaf.names)}; valid from {leaf.not_before:%Y-%m-%d} to {leaf.not_after:%Y-%m-%d}"


def dates(chain: Sequence[Certificate], now: datetime, warn_days: int) -> Step:
    """Judge how long the certificates last: the one that ends first counts. ``chain`` is not empty."""
    first = min(chain, key=lambda one: one.not_after)
    days = (first.not_after - now).days
    answer = f"{days} days left, until {first.not_after:%Y-%m-%d} ({shown(first.subject)})"
    if first.not_after <= now:
        answer = f"expired on {first.not_after:%Y-%m-%d} ({shown(first.subject)})"
        return Step(
            "certificate dates", answer, StepVerdict.FAILED, effect="AEM would end the handshake.", fix="Renew it on the mail server."
        )
    if days < warn_days:
        effect = f"AEM would end every handshake from {first.not_after:%Y-%m-%d} on."
        return Step("certificate dates", answer, StepVerdict.WARNING, effect=effect, fix="Make sure that it is renewed in time.")
    return Step("certificate dates", answer, StepVerdict.OK)


def listed(names: Sequence[str]) -> str:
    """Return the names that a certificate is for as one text."""
    some = ", ".join(map(shown, names[:MOST_NAMES])) or "no host at all"
    return some if len(names) <= MOST_NAMES else f"{some} and {len(names) - MOST_NAMES} more"


def _sent(session: ssl.SSLObject) -> list[bytes]:
    if hasattr(session, "get_unverified_chain"):
        return list(session.get_unverified_chain())
    # Python 3.13 made it public; before, only the object below offers what a server sent beside its own certificate.
    inner: Any = getattr(session, "_sslobj")  # noqa: B009 - the type knows no such attribute
    return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in inner.get_unverified_chain() or ()]


def _name(name: x509.Name) -> str:
    """Return the common name, or what comes nearest to it, and the organization."""
    found = [name.get_attributes_for_oid(oid) for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.ORGANIZATION_NAME)]
    common, unit, organization = (str(some[0].value) if some else "" for some in found)
    own = common or unit
    return f"{own} ({organization})" if own and organization else own or organization or name.rfc4514_string() or "nobody"


def _names(read: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = read.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    names: list[str] = extension.value.get_values_for_type(x509.DNSName)
    return (*names, *map(str, extension.value.get_values_for_type(x509.IPAddress)))
