"""Requests with a token, repeated where that is safe."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from aem_mail.cloud_manager.call import Call, Document
from aem_mail.cloud_manager.connection import Connection
from aem_mail.cloud_manager.waiting import Clock

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


class Session:
    """The exchange that all nouns share."""

    def __init__(self, connection: Connection, clock: Clock, transport: "httpx.BaseTransport | None") -> None:
        self._connection = connection
        self._clock = clock
        self._transport = transport

    def one(self, call: Call, parse: Callable[[Document], T]) -> T:
        raise NotImplementedError

    def many(self, call: Call, name: str, parse: Callable[[Sequence[Document]], T]) -> T:
        raise NotImplementedError

    def done(self, call: Call) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Close the connections."""
