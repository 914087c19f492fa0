"""Fingerprints of secrets: they show that a value changes, and do not show the value.

A short secret can still be guessed by whoever reads the state; with a key (``AEM_MAIL_FINGERPRINT_KEY``) only by whoever
has the key too.
"""

import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from typing import Final

FINGERPRINT_KEY_VARIABLE: Final = "AEM_MAIL_FINGERPRINT_KEY"

BYTES: Final = 8
"""64 bits: enough that a changed secret never looks unchanged by chance."""
SEPARATOR: Final = b"\0"
SCRYPT_COST: Final = 2**14
SCRYPT_BLOCK: Final = 8
SCRYPT_LANES: Final = 1

_workers: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="fingerprint")
"""Each computation takes 16 MB, and the allocator keeps that for the thread it was made on: many callers, few threads."""


def fingerprint(value: str, *, environment: str, service: str | None, name: str, key: str | None = None) -> str:
    """Return ``fp1:<16 hex digits>`` (scrypt), or with a key ``fp2:<16 hex digits>`` (HMAC).

    The salt is the variable's address, so that equal secrets under two names do not show that they are equal.
    """
    salt = SEPARATOR.join(part.encode() for part in ("aem-mail", environment, service or "all", name))
    text = value.encode("utf-8", "surrogatepass")
    if key:
        return f"fp2:{hmac.digest(key.encode(), salt + SEPARATOR + text, 'sha256')[:BYTES].hex()}"
    return f"fp1:{_workers.submit(_scrypt, text, salt).result().hex()}"


def reuse_or_compute(
    value: str,
    *,
    recorded_value: str | None,
    recorded_fingerprint: str | None,
    environment: str,
    service: str | None,
    name: str,
    key: str | None = None,
) -> str:
    """Return the recorded fingerprint if it is this value's, in whatever form it was recorded; else a fresh one.

    So setting, changing or removing the key is no difference as long as the old value is recorded, or the old form can
    still be computed. ``recorded_value`` is None where the value was read by reference.
    """
    if recorded_fingerprint is not None:
        if recorded_value is not None:
            same = recorded_value == value
        else:
            same = matches(value, recorded_fingerprint, environment=environment, service=service, name=name, key=key)
        if same:
            return recorded_fingerprint
    return fingerprint(value, environment=environment, service=service, name=name, key=key)


def matches(value: str, recorded: str, *, environment: str, service: str | None, name: str, key: str | None = None) -> bool:
    """Say whether ``recorded`` is certainly this value's fingerprint; without the key that made it, nothing is certain."""
    if is_keyed(recorded) and not key:
        return False
    computed = fingerprint(value, environment=environment, service=service, name=name, key=key if is_keyed(recorded) else None)
    return hmac.compare_digest(recorded, computed)


def change_reason(recorded: str, current: str) -> str:
    """Say why two different fingerprints of a secret that is read by reference count as a change of its value."""
    if not is_keyed(recorded):
        return "the referenced value has changed"
    if is_keyed(current):
        return f"the referenced value or {FINGERPRINT_KEY_VARIABLE} has changed, and which of them cannot be told"
    return (
        f"{FINGERPRINT_KEY_VARIABLE} is not set, but the recorded fingerprint was made with it: whether the referenced value "
        "has changed cannot be told, so the secret is written again"
    )


def is_keyed(text: str) -> bool:
    return text.startswith("fp2:")


def _scrypt(text: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(text, salt=salt, n=SCRYPT_COST, r=SCRYPT_BLOCK, p=SCRYPT_LANES, dklen=BYTES)
