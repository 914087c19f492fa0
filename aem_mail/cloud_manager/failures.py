"""From what became of a request to the error that says so: object, attempt, cause, next step and request id."""

import re
from dataclasses import dataclass, replace
from typing import Final

from aem_mail.cloud_manager import advice
from aem_mail.cloud_manager.call import Call
from aem_mail.cloud_manager.connection import Connection
from aem_mail.cloud_manager.outcome import Answered, Lost, phrase
from aem_mail.cloud_manager.problem_document import ProblemDocument, Redact, read_in_our_words, read_problem
from aem_mail.cloud_manager.redaction import printable
from aem_mail.errors import (
    ApiError,
    BadRequest,
    Busy,
    NoAnswer,
    NobodyListens,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    RateLimited,
    ServerError,
    UnreadableAnswer,
)

QUOTED: Final = 40
"""Problems that the text of an error quotes; the error's ``problems`` has more."""

_UNKNOWN: Final = "Whether it was applied anyway is not known: read before it is sent again."
_WITHHELD: Final = "What else the server says is not shown, because the request held secrets."
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:=+/-]{0,63}", re.ASCII)
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

    def refused(self, answer: Answered) -> ApiError | UnreadableAnswer:
        """The error for an answer outside 2xx."""
        if 300 <= answer.status < 400:
            return self.unreadable(answer, self._redirect(answer))
        document = self._document(answer)
        unknown = not self.call.reads and (answer.status >= 500 or answer.status == 408)
        kind = self._kind(answer.status)
        next_step = advice.next_step(kind, self.call, answer, self.connection)
        return kind(
            self._paragraph(_cause(document) or phrase(answer.status), next_step, self._trail(answer), unknown, self._withheld(answer)),
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
        trail = f"({self.call.method} {self._path})"
        kind = NobodyListens if lost.nobody_listens else NoAnswer
        return kind(self._paragraph(cause, advice.reach(lost, self.server), trail, unknown), outcome_unknown=unknown)

    def unreadable(self, answer: Answered, cause: str) -> UnreadableAnswer:
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

    @property
    def _holds_secrets(self) -> bool:
        return bool(self.call.secrets)

    def _document(self, answer: Answered) -> ProblemDocument:
        if not self._holds_secrets:
            return read_problem(answer.body, self.redact)
        document = read_in_our_words(answer.body, self.call.vocabulary)
        return replace(document, title=document.title or phrase(answer.status))

    def _withheld(self, answer: Answered) -> str:
        return _WITHHELD if self._holds_secrets and answer.body.strip() else ""

    def _redirect(self, answer: Answered) -> str:
        to = "" if self._holds_secrets else printable(self.redact(answer.headers.get("location", "")), 200)
        return f"the answer is a redirect{f' to {to}' if to else ''}, which is not followed, so that no credentials go elsewhere"

    def _trail(self, answer: Answered) -> str:
        request_id = self._request_id(answer) or ("not shown" if answer.request_id else "not given")
        return f"(HTTP {answer.status}, {self.call.method} {self._path}, request id {request_id})"

    @property
    def _path(self) -> str:
        """The path, which the API gives where a list goes on."""
        return self.call.path if self._holds_secrets else printable(self.redact(self.call.path), 300)

    def _request_id(self, answer: Answered) -> str | None:
        """The id, unless it is none by its form, or repeats a part of a secret."""
        given = answer.request_id
        return given if given and _REQUEST_ID.fullmatch(given) and self.redact(given) == given else None

    def _paragraph(self, cause: str, next_step: str, trail: str, unknown: bool, withheld: str = "") -> str:
        sentences = (f"Could not {self.call.attempt}: {cause}.", withheld, _UNKNOWN if unknown else "", next_step, trail)
        return " ".join(sentence for sentence in sentences if sentence)


def _cause(document: ProblemDocument) -> str:
    listed = [str(problem).rstrip(".") for problem in document.problems[:QUOTED]]
    if len(document.problems) > QUOTED:
        listed.append(f"and {len(document.problems) - QUOTED} more")
    title, details = document.title.rstrip("."), "; ".join(listed)
    return f"{title} ({details})" if title and details else title or details
