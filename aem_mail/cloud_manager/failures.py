"""From what became of a request to the error that says so: object, attempt, cause, next step and request id."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aem_mail.cloud_manager import advice
from aem_mail.cloud_manager.call import Call
from aem_mail.cloud_manager.connection import Connection
from aem_mail.cloud_manager.outcome import Answer, Lost
from aem_mail.cloud_manager.problem_document import ProblemDocument, Redact, read_problem
from aem_mail.cloud_manager.redaction import printable
from aem_mail.errors import (
    ApiError,
    BadRequest,
    Busy,
    NoAnswer,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    RateLimited,
    ServerError,
    UnreadableAnswer,
)

QUOTED: Final = 40
"""Problems that the text of an error quotes; the error's ``problems`` has more."""

_UNKNOWN: Final = "Whether it was applied all the same is not known: read before it is sent again."
_BY_STATUS: Final[dict[int, type[ApiError]]] = {
    400: BadRequest,
    401: NotAuthenticated,
    403: NotPermitted,
    404: NotFound,
    409: Busy,
    412: Busy,
    422: BadRequest,
    429: RateLimited,
}


@dataclass(frozen=True, slots=True)
class Report:
    """What the errors of one request have in common; ``server`` is the base URL that was asked."""

    call: Call
    server: str
    connection: Connection
    redact: Redact

    def refused(self, answer: Answer) -> ApiError | UnreadableAnswer:
        """The error for an answer outside 2xx."""
        if 300 <= answer.status < 400:
            return self.unreadable(answer, self._redirect(answer))
        document = read_problem(answer.body, self.redact)
        unknown = not self.call.reads and (answer.status >= 500 or answer.status == 408)
        kind = self._kind(answer.status)
        next_step = advice.next_step(kind, self.call, answer, self.connection)
        return kind(
            self._paragraph(_cause(document) or _phrase(answer.status), next_step, self._trail(answer), unknown),
            status=answer.status,
            title=document.title,
            type_=document.type,
            problems=document.problems,
            request_id=self._request_id(answer),
            outcome_unknown=unknown,
        )

    def no_answer(self, lost: Lost) -> NoAnswer:
        """The error for a request without a whole answer."""
        unknown = lost.sent and not self.call.reads
        cause = f"{self.server} gave no answer: {printable(self.redact(lost.reason), 200).rstrip('.')}"
        trail = f"({self.call.method} {self.call.path})"
        return NoAnswer(self._paragraph(cause, advice.reach(lost), trail, unknown), outcome_unknown=unknown)

    def unreadable(self, answer: Answer, cause: str) -> UnreadableAnswer:
        """The error for an answer that is not what the specification promises."""
        unknown = not self.call.reads
        next_step = f"Check that {self.server} is the right server, and that no proxy answers in its place."
        return UnreadableAnswer(self._paragraph(cause, next_step, self._trail(answer), unknown), outcome_unknown=unknown)

    def _kind(self, status: int) -> type[ApiError]:
        if status >= 500:
            return ServerError
        if self.call.harmless and status not in {408, 429}:
            return NotAuthenticated
        return _BY_STATUS.get(status, ApiError)

    def _redirect(self, answer: Answer) -> str:
        to = printable(self.redact(answer.headers.get("location", "")), 200)
        return f"the answer is a redirect{f' to {to}' if to else ''}, which is not followed, so that no credentials go elsewhere"

    def _trail(self, answer: Answer) -> str:
        request_id = self._request_id(answer) or "not given"
        return f"(HTTP {answer.status}, {self.call.method} {self.call.path}, request id {request_id})"

    def _request_id(self, answer: Answer) -> str | None:
        return printable(self.redact(answer.request_id), 100) if answer.request_id else None

    def _paragraph(self, cause: str, next_step: str, trail: str, unknown: bool) -> str:
        sentences = (f"Could not {self.call.attempt}: {cause}.", _UNKNOWN if unknown else "", next_step, trail)
        return " ".join(sentence for sentence in sentences if sentence)


def _cause(document: ProblemDocument) -> str:
    listed = [str(problem).rstrip(".") for problem in document.problems[:QUOTED]]
    if len(document.problems) > QUOTED:
        listed.append(f"and {len(document.problems) - QUOTED} more")
    title, details = document.title.rstrip("."), "; ".join(listed)
    return f"{title} ({details})" if title and details else title or details


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason was given"
