"""Whom this machine trusts: its own store, or the authorities of one file instead."""

import ssl
from pathlib import Path

from aem_mail.errors import InvalidInput, Problem


def verifying(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that verifies certificate and host name. Raises InvalidInput for a file without certificates."""
    if ca_file is None:
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=ca_file)
    except ssl.SSLError:
        raise _unusable(ca_file, "holds no certificates in PEM form") from None
    except (OSError, ValueError) as error:
        raise _unusable(ca_file, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return context


def looking() -> ssl.SSLContext:
    """Return a context that verifies nothing: to look at a server that was refused, and never to log in there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _unusable(ca_file: Path, fault: str) -> InvalidInput:
    return InvalidInput("--ca-file", [Problem("", f"{ca_file} {fault}")])
