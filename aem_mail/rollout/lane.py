"""What is particular to each kind of change of an environment (networking, variables): how it is read, merged, sent and judged."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from aem_mail.errors import AemMailError, BadRequest
from aem_mail.kinds.requests import Answer
from aem_mail.rollout.access import Access
from aem_mail.rollout.gathering import Pending

Request = TypeVar("Request")
Live = TypeVar("Live")


class Plan(Protocol):
    """The next change and the answers so far; ``write`` is None where nothing is left to send."""

    @property
    def write(self) -> Any:
        """What to send."""

    @property
    def answers(self) -> Sequence[Answer | AemMailError]:
        """An answer or an error per request, in the requests' order."""

    @property
    def held(self) -> Sequence[int]:
        """Places of the requests that cannot be decided yet; an error among their answers holds if nothing further comes."""


class Lane(ABC, Generic[Request, Live]):
    """One kind of change of one environment; used by one batch at a time."""

    doing: ClassVar[str]
    """What is changed, in messages."""
    usually: ClassVar[str]
    """How long that takes as a rule."""

    def __init__(self, access: Access) -> None:
        self.access = access

    def admit(self, batch: Sequence[Pending[Request]]) -> Sequence[Pending[Request]]:
        """Answer what cannot be done at all and return the rest; may wait for what the batch needs."""
        return batch

    def may_join(self, request: Request, batch: Sequence[Pending[Request]]) -> bool:
        """Say whether a request can go with a batch whose turn has come, without making it wait for anything further."""
        return True

    @abstractmethod
    def read(self, timeout: float) -> Live:
        """Read what is live."""

    @abstractmethod
    def merge(self, live: Live, requests: Sequence[Request]) -> Plan:
        """Merge the requests into what is live; changes nothing."""

    @abstractmethod
    def send(self, write: Any) -> None:
        """Send a plan's write."""

    @abstractmethod
    def took_effect(self, write: Any, before: Live, timeout: float) -> bool:
        """Say whether a write whose answer was lost shows in what is live now; ``before`` is what was live when it was sent."""

    def accepted(self, plan: Any) -> None:
        """Take note of a plan whose write was accepted."""

    @abstractmethod
    def blamed(self, error: BadRequest, write: Any, requests: Sequence[Request]) -> Sequence[int]:
        """Return the places of the requests that a refusal speaks of."""

    def trouble(self, request: Request, live: Live) -> AemMailError | None:
        """Say what went wrong with a request whose write was accepted, if the live state tells so."""
        return None

    @abstractmethod
    def difference(self, request: Request, live: Live) -> str:
        """Show both sides: what the request wants, and what is live."""

    def outputs(self, request: Request, live: Live) -> dict[str, Any]:
        """Return what a resource records besides the answer's own outputs."""
        return {}

    def finished(self, plan: Any) -> None:
        """Take note of the last plan of a batch, whose answers are given."""
