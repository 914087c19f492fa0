"""Everything that can go wrong, as one tree; each error's text is one paragraph that a user can act on.

AemMailError
├── InvalidInput             what the user declared or configured cannot be; found without the API
├── Refused                  the API's state forbids what was asked; nothing was sent for it
│   └── Occupied             something else already stands where a resource was declared
├── WaitFailed               Cloud Manager reported that a change failed
├── WaitTimedOut             Cloud Manager did not finish within the deadline
├── Unconfirmed              a change was sent, and what is live is still not what was wanted
└── CloudManagerError        a request to Cloud Manager or to IMS failed
    ├── NoAnswer             no connection, no answer in time, or an answer that was cut
    ├── UnreadableAnswer     an answer that is not what the specification promises
    └── ApiError             a problem document: status, type, title, errors, request id
        ├── BadRequest       400, 422
        ├── NotAuthenticated 401
        ├── NotPermitted     403
        ├── NotFound         404
        ├── Busy             409, 412
        ├── RateLimited      429
        └── ServerError      5xx
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

UNRELEASED: Final = "git+https://your-git-host/aem-mail.git@<commit>"
"""Where pip gets the package while no index has it."""


class AemMailError(Exception):
    """Base of all errors that this package raises on purpose; ``str(error)`` is one paragraph without a secret."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one input: the input's name as the user wrote it, and what to do instead."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class InvalidInput(AemMailError):
    """Inputs that can never work, all of them at once."""

    exit_code = 3

    def __init__(self, subject: str, problems: Sequence[Problem]) -> None:
        self.subject = subject
        self.problems = tuple(problems)
        super().__init__(f"{subject}: " + "; ".join(str(problem) for problem in self.problems))


class Refused(AemMailError):
    """The state of the program or the environment forbids what was asked."""

    exit_code = 30


class Occupied(Refused):
    """Something that this stack did not declare stands where a resource was declared; the text shows both sides."""


class WaitFailed(AemMailError):
    """Cloud Manager ended the change in ``failed`` or an equal status."""

    exit_code = 30


class WaitTimedOut(AemMailError):
    """The deadline passed while the change was still under way; the next `pulumi up` goes on waiting."""

    exit_code = 40


class Unconfirmed(AemMailError):
    """A change was accepted, but reading back did not show it, as often as was tried."""

    exit_code = 30


class CloudManagerError(AemMailError):
    """A request failed. ``outcome_unknown`` is true where a write may have been applied anyway."""

    exit_code = 30

    def __init__(self, message: str, *, outcome_unknown: bool = False) -> None:
        self.outcome_unknown = outcome_unknown
        super().__init__(message)


class NoAnswer(CloudManagerError):
    """The server could not be reached, or its answer never came or came cut."""


class NobodyListens(NoAnswer):
    """This machine refused the connection, since no simulator listens at that port; to wait for one helps nobody."""


class UnreadableAnswer(CloudManagerError):
    """The server answered something other than the specification's JSON."""


class ApiError(CloudManagerError):
    """A problem document. ``problems`` holds every missing and invalid parameter and every further error text."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        title: str = "",
        type_: str = "",
        problems: Sequence[Problem] = (),
        request_id: str | None = None,
        outcome_unknown: bool = False,
    ) -> None:
        self.status = status
        self.title = title
        self.type = type_
        self.problems = tuple(problems)
        self.request_id = request_id
        super().__init__(message, outcome_unknown=outcome_unknown)


class BadRequest(ApiError):
    """400 or 422: what was sent was not accepted; ``problems`` names the culprits."""


class NotAuthenticated(ApiError):
    """401, after the token had been renewed once."""

    exit_code = 10


class NotPermitted(ApiError):
    """403: wrong organization, api key, or a missing product profile."""

    exit_code = 10


class NotFound(ApiError):
    """404: the program, environment or infrastructure is not there, or not visible to this credential."""

    exit_code = 3


class Busy(ApiError):
    """409, 412: another change of the same environment or program, or the pipeline itself, is under way."""


class RateLimited(ApiError):
    """429, as often as was tried."""


class ServerError(ApiError):
    """5xx, as often as was tried."""


def is_released() -> bool:
    """Say whether the package names its home; until then no index has it, where anybody could take its name."""
    from importlib.metadata import metadata  # noqa: PLC0415 - a tenth of a command's start

    return bool(metadata("aem-mail").get_all("Project-URL"))


def missing_extra(error: ModuleNotFoundError, extra: str) -> Problem:
    """Say that a library is missing, and how the extra that brings it is installed."""
    unreleased = f"'aem-mail[{extra}] @ {UNRELEASED}', or '<checkout>[{extra}]'"
    source = f"'aem-mail[{extra}]'" if is_released() else unreleased
    return Problem("", f"{error.name} is missing; install the extra {extra} from where you have aem-mail itself: pip install {source}")
