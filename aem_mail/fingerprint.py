"""Fingerprints of secrets: they show that a value changes, and do not show the value.

A short secret can still be guessed by whoever reads the state; with a key (``AEM_MAIL_FINGERPRINT_KEY``) only by whoever
has the key too.
"""

FINGERPRINT_KEY_VARIABLE = "AEM_MAIL_FINGERPRINT_KEY"


def fingerprint(value: str, *, environment: str, service: str | None, name: str, key: str | None = None) -> str:
    """Return ``fp1:<16 hex digits>`` (scrypt), or with a key ``fp2:<16 hex digits>`` (HMAC)."""
    raise NotImplementedError


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
    """Return the recorded fingerprint if it is this value's, in whatever form it was recorded; else a fresh one."""
    raise NotImplementedError
