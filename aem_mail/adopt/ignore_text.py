"""The text of the file of ignored findings: what stays undeclared, so that a report of drift need not name it again and again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import yaml

from aem_mail.adopt.declarable import Undeclared
from aem_mail.checks.ignores import Ignore, parse_ignores
from aem_mail.errors import InvalidInput

UNMANAGED: Final = "drift:unmanaged:{kind}:{id}"
"""The key of a finding of drift that names what no stack declares."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Who decided to ignore it, and until when that counts."""

    owner: str
    expires: date


def ignore_text(left: Sequence[Undeclared], terms: Terms, there: str | None = None) -> str | None:
    """Return the file with an entry for each foreign thing, None where none is to be added.

    What is ``there`` is kept unchanged, and not said twice. Raises ValueError where it cannot be continued.
    """
    known = {one.check for one in _ignores(there or "")}
    entries = {_key(one): _entry(one, terms) for one in left if one.id}
    new = [entry for key, entry in entries.items() if key not in known]
    if not new:
        return None
    # One by one, since entries that share a value would be written with anchors, and a file can have each anchor once.
    text = "".join(yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=1000) for entry in new)
    return text if there is None else _continued(there, text, len(new))


def _key(one: Undeclared) -> str:
    return UNMANAGED.format(kind=one.kind, id=one.id)


def _entry(one: Undeclared, terms: Terms) -> dict[str, Any]:
    reason = f"{one.what} could not be declared when the environment was adopted: {one.reason}"
    return {"check": _key(one), "reason": reason, "owner": terms.owner, "expires": terms.expires}


def _ignores(text: str) -> list[Ignore]:
    try:
        return parse_ignores(text, "the file")
    except InvalidInput as error:
        raise ValueError(str(error)) from None


def _continued(there: str, text: str, number: int) -> str:
    whole = f"{there.rstrip()}\n{text}" if there.strip() else text
    if len(_ignores(whole)) != len(_ignores(there)) + number:
        raise ValueError("it is no list whose entries begin with a dash at the line's start")
    return whole
