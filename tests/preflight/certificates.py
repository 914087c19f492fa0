"""Certificates of every kind that a server should not show, and one that it should."""

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOST = "mail.wknd.site"
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@cache
def authority() -> trustme.CA:
    return trustme.CA(organization_name="WKND authority")


def ca_file(folder: Path) -> Path:
    """Write the authority's own certificate and return its path."""
    path = folder / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return path


@dataclass(frozen=True)
class Kind:
    """A kind of certificate; `refused` is what a preflight says of it, "" where it is trusted."""

    host: str = HOST
    not_before: datetime | None = None
    not_after: datetime | None = None
    by_intermediate: bool = False
    whole_chain: bool = True
    by_itself: bool = False
    by_stranger: bool = False
    with_unreadable: bool = False
    refused: str = ""

    def context(self) -> ssl.SSLContext:
        """Return a server's context that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if self.by_itself:
            _load(context, _self_signed(self.host))
            return context
        root = trustme.CA(organization_name="A stranger") if self.by_stranger else authority()
        issuer = root.create_child_ca() if self.by_intermediate else root
        leaf = issuer.issue_cert(self.host, not_before=self.not_before, not_after=self.not_after)
        pems = leaf.cert_chain_pems if self.whole_chain else leaf.cert_chain_pems[:1]
        more = _unreadable() if self.with_unreadable else b""
        _load(context, leaf.private_key_pem.bytes() + b"".join(pem.bytes() for pem in pems) + more)
        return context


def soon(days: int) -> Kind:
    """Return one that ends so many days from now."""
    return Kind(not_after=NOW + days * DAY + timedelta(hours=1))


GOOD = Kind()
WITH_INTERMEDIATE = Kind(by_intermediate=True)
REFUSED = {
    "expired": Kind(not_before=NOW - 9 * DAY, not_after=NOW - 2 * DAY, refused="a certificate has expired"),
    "not yet valid": Kind(not_before=NOW + DAY, not_after=NOW + 9 * DAY, refused="a certificate is not valid yet"),
    "wrong name": Kind(host="other.wknd.site", refused=f"the certificate is for other.wknd.site, and not for {HOST}"),
    "self-signed": Kind(by_itself=True, refused="the certificate is signed by itself"),
    "unknown authority": Kind(by_stranger=True, refused="its own certificate alone, without that of"),
    "incomplete chain": Kind(by_intermediate=True, whole_chain=False, refused="its own certificate alone, without that of"),
    "unknown authority, with its intermediate": Kind(by_stranger=True, by_intermediate=True, refused="this machine does not trust"),
}


def _self_signed(host: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), NOW - DAY, NOW + 90 * DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    pem = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem


def _unreadable() -> bytes:
    """Return a certificate with two extensions of one kind, which the library neither makes nor reads."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "unreadable")])
    names = [x509.DNSName(HOST)]
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), NOW - DAY, NOW + 90 * DAY)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.IssuerAlternativeName(names), critical=False)
    )
    of_issuer, of_subject = bytes.fromhex("0603551d12"), bytes.fromhex("0603551d11")
    encoded = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER).replace(of_issuer, of_subject)
    return ssl.DER_cert_to_PEM_cert(encoded).encode()


def _load(context: ssl.SSLContext, pem: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
