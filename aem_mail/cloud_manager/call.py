"""One request to the API as a value, and what every noun needs to make one."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import quote, urlsplit

from aem_mail.cloud_manager.vocabulary import NO_WORDS, Vocabulary
from aem_mail.errors import InvalidInput, Problem
from aem_mail.model import EnvironmentId

T = TypeVar("T")
Document = Mapping[str, Any]

BUSINESS_OWNER: Final = "Business Owner"
DEPLOYMENT_MANAGER: Final = "Deployment Manager"

_LONGEST_ID: Final = 200
_DIGITS: Final = re.compile(r"[0-9]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Call:
    """Method, path (with ``/api``) and body, with the words for an error's text.

    ``attempt`` completes "Could not …"; ``profile`` is the product profile that may do it ("" = any);
    ``secrets`` are the texts of the body that no error may quote; where there are any, an error says of the answer what the
    ``vocabulary`` has words for.
    """

    method: str
    path: str
    attempt: str
    profile: str = ""
    body: Any = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    harmless: bool = False
    vocabulary: Vocabulary = NO_WORDS

    @property
    def reads(self) -> bool:
        """True if sending it twice is the same as sending it once: a GET, or what is declared harmless."""
        return self.harmless or self.method == "GET"


class Exchange(Protocol):
    """What a noun asks of the connection. Every method raises CloudManagerError and its kin."""

    def one(self, call: Call, parse: Callable[[Document], T]) -> T:
        """Send, and parse the answer's JSON object."""

    def many(self, call: Call, name: str, parse: Callable[[Sequence[Document]], T]) -> T:
        """Read a HAL list, all of its pages, and parse the entries of ``_embedded.<name>`` together."""

    def done(self, call: Call) -> None:
        """Send, and ignore the answer's body."""


def each(parse: Callable[[Document], T]) -> Callable[[Sequence[Document]], list[T]]:
    """Parse every entry of a list for itself."""
    return lambda entries: [parse(entry) for entry in entries]


def program_path(program_id: str) -> str:
    """Path of a program; raises InvalidInput for an id that is not digits."""
    return f"/api/program/{_digits('program', program_id)}"


def environment_path(environment: EnvironmentId) -> str:
    """Path of an environment; raises InvalidInput for ids that are not digits."""
    return f"{program_path(environment.program_id)}/environment/{_digits('environment', environment.environment_id)}"


def part(noun: str, given: str) -> str:
    """One part of a path from an id that the API gave; raises InvalidInput for a path's dots, nothing, and what is no id by its length."""
    if given in {"", ".", ".."} or len(given) > _LONGEST_ID:
        raise InvalidInput(noun, [Problem("id", f"{given[:40]!r} is not an id")])
    return quote(given.encode("utf-8", "surrogatepass"), safe="")


def infrastructure_path(program_id: str, infrastructure_id: str) -> str:
    """Path of a network infrastructure; raises InvalidInput as `part` does."""
    return f"{program_path(program_id)}/networkInfrastructure/{part('network infrastructure', infrastructure_id)}"


def shared_keys(body: Document) -> tuple[str, ...]:
    """The VPN's pre-shared keys within the body of a network infrastructure."""
    connections = body.get("connections")
    entries = connections if isinstance(connections, Sequence) else ()
    keys = (entry.get("sharedKey") for entry in entries if isinstance(entry, Mapping))
    return tuple(key for key in keys if isinstance(key, str))


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port by which two URLs are the same origin; raises ValueError for what is no URL."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _digits(noun: str, value: str) -> str:
    if not _DIGITS.fullmatch(value):
        raise InvalidInput(noun, [Problem("id", f"{value[:40]!r} is not an id; ids are digits, as in the address bar of Cloud Manager")])
    return value
