"""What may be said of a refusal whose request held secrets: names that were sent, fields of the specification, and our own words.

A server can write a secret in more ways than anybody can list, so that none of its own words are shown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from aem_mail.errors import Problem

MISSING: Final = "is missing"
INVALID: Final = "is not valid"

_KNOWN_TYPES: Final = frozenset(
    f"http://ns.adobe.com/adobecloud/{name}" for name in ("error", "validation-exception", "not-found", "forbidden", "conflict")
)
_KNOWN_CODES: Final = frozenset(
    (
        *("invalid_request", "invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client", "unsupported_grant_type"),
        *("access_denied", "server_error", "temporarily_unavailable"),
    )
)
"""What OAuth (RFC 6749) calls a refused sign-in."""

_PART: Final = re.compile(r"(?P<name>[A-Za-z]\w{0,40})?(?P<places>(?:\[[0-9]{1,3}\])*)", re.ASCII)
_WORD: Final = re.compile(r"[\w.*-]+")
_LONGEST_FIELD: Final = 200


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one request: ``fields`` with what is allowed there, and ``names`` in the order in which they were sent."""

    fields: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    def problems(self, title: str, found: Iterable[tuple[str, str]]) -> Iterator[Problem]:
        """Say what a problem document's title and its pairs of field and message speak of."""
        yield from self._spoken_of(title)
        for name, message in found:
            if self._knows(name):
                yield Problem(name, self._fault(name, MISSING if message.startswith(MISSING) else INVALID))
            else:
                yield from self._spoken_of(f"{name} {message}")

    def _knows(self, path: str) -> bool:
        """Say whether it is a path of known fields and places, such as ``[2].value`` or ``connections[0].sharedKey``."""
        return 0 < len(path) <= _LONGEST_FIELD and all(map(self._knows_part, path.split(".")))

    def _knows_part(self, part: str) -> bool:
        parsed = _PART.fullmatch(part)
        return bool(part) and parsed is not None and (parsed["name"] is None or parsed["name"] in self.fields)

    def _fault(self, path: str, fault: str) -> str:
        place = re.match(r"\[(\d+)\]", path)
        named = f" for {self.names[int(place[1])]}" if place and int(place[1]) < len(self.names) else ""
        allowed = self.fields.get(path.rpartition(".")[2].partition("[")[0], "")
        return f"{fault}{named}{f' ({allowed})' if allowed else ''}"

    def _spoken_of(self, text: str) -> Iterator[Problem]:
        words = {word.rstrip(".") for word in _WORD.findall(text)}
        return (Problem(name, "is named in the refusal") for name in dict.fromkeys(self.names) if name in words)


NO_WORDS: Final = Vocabulary()


def known_type(type_: str) -> str:
    """Return a problem's type where it is one that Adobe is known to use, else nothing."""
    return type_ if type_ in _KNOWN_TYPES else ""


def known_code(codes: Iterable[str]) -> str:
    """Return the first of the codes that OAuth defines, else nothing."""
    return next((code for code in codes if code in _KNOWN_CODES), "")
