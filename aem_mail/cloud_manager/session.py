"""Requests with a token, repeated where that is safe, their answers parsed or turned into errors."""

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode

from aem_mail.cloud_manager import hal
from aem_mail.cloud_manager.answer_fields import Mismatch, is_object
from aem_mail.cloud_manager.call import Call, Document
from aem_mail.cloud_manager.connection import Connection
from aem_mail.cloud_manager.failures import Report
from aem_mail.cloud_manager.outcome import Answered, Lost, NotJson, Outcome, decode, is_cut, persist
from aem_mail.cloud_manager.redaction import Secrets
from aem_mail.cloud_manager.tokens import SCOPE, TOKEN_PATH, Grant, ReadyToken, RenewedTokens, Token, Ungranted, grant_of
from aem_mail.cloud_manager.waiting import Clock

if TYPE_CHECKING:
    from aem_mail.cloud_manager.wire import Transport, Wire

T = TypeVar("T")

_SIGN_IN: Final = Call("POST", TOKEN_PATH, "sign in to Adobe", harmless=True)

_log: Final = logging.getLogger(__name__)


class LazyWire:
    """Opens the connections for the first request, because httpx alone costs a tenth of a second to import."""

    def __init__(self, connection: Connection, transport: "Transport | None") -> None:
        self._connection = connection
        self._transport = transport
        self._lock = threading.Lock()
        self._wire: Wire | None = None

    def __call__(self) -> "Wire":
        with self._lock:
            if self._wire is None:
                from aem_mail.cloud_manager.wire import open_wire  # noqa: PLC0415 - imports httpx

                self._wire = open_wire((self._connection.base_url, self._connection.ims_url), self._transport)
            return self._wire

    def close(self) -> None:
        with self._lock:
            if self._wire is not None:
                self._wire.close()
            self._wire = None


class Session:
    """The exchange that all nouns share; ``wire`` opens the connections when the first request needs them."""

    def __init__(self, connection: Connection, clock: Clock, secrets: Secrets, wire: "Callable[[], Wire]") -> None:
        self._connection = connection
        self._clock = clock
        self._secrets = secrets
        self._wire = wire
        self._base = connection.base_url.rstrip("/")
        self._ims = connection.ims_url.rstrip("/")
        self._sign_in = replace(_SIGN_IN, secrets=(connection.client_secret,) if connection.client_secret else ())
        ready = connection.access_token
        self._tokens = ReadyToken(ready) if ready else RenewedTokens(self._ask_for_token, clock)

    def one(self, call: Call, parse: Callable[[Document], T]) -> T:
        """Send, and parse the answer's JSON object."""
        return self._parsed(call, self._answer(call), parse)

    def many(self, call: Call, name: str, parse: Callable[[Sequence[Document]], T]) -> T:
        """Read a HAL list, all of its pages, and parse the entries of ``_embedded.<name>`` together."""
        found: list[Document] = []
        total: int | None = None
        pages = [call]
        while True:
            answer = self._answer(pages[-1])
            page = self._parsed(pages[-1], answer, partial(hal.page_of, name=name, base_url=self._base, path=pages[-1].path))
            found.extend(page.entries)
            total = hal.largest(total, page.total)
            if page.next_path is None or hal.is_last(page, len(found), total):
                return self._checked(call, answer, partial(_all_of, found, total, parse))
            if len(pages) >= hal.MAX_PAGES or any(page.next_path == other.path for other in pages):
                raise self._report(call).unreadable(answer, "the pages of the list have no end")
            pages.append(replace(call, path=page.next_path))

    def done(self, call: Call) -> None:
        """Send, and ignore the answer's body."""
        self._answer(call)

    def _answer(self, call: Call) -> Answered:
        outcome = persist(_Sender(self, call), reads=call.reads, clock=self._clock)
        if isinstance(outcome, Lost):
            raise self._report(call).no_answer(outcome)
        if not outcome.ok:
            raise self._report(call).refused(outcome)
        return outcome

    def _parsed(self, call: Call, answer: Answered, parse: Callable[[Document], T]) -> T:
        return self._checked(call, answer, lambda: parse(document_of(answer)))

    def _checked(self, call: Call, answer: Answered, parse: Callable[[], T]) -> T:
        try:
            return parse()
        except Mismatch as mismatch:
            cause = f"the answer cannot be read ({mismatch})"
        raise self._report(call).unreadable(answer, cause)

    def send(self, call: Call, token: Token) -> Outcome:
        """Send once with a token."""
        headers = {
            "Authorization": f"Bearer {token.text}",
            "x-api-key": self._connection.client_id,
            "x-gw-ims-org-id": self._connection.org_id,
        }
        if call.body is None:
            return self._sent(call, self._base, headers, None)
        return self._sent(call, self._base, {**headers, "Content-Type": "application/json"}, json.dumps(call.body).encode())

    def sign_in(self) -> None:
        """Fetch the token, if there can be one."""
        self._wire()
        self._tokens.current()

    def token(self, call: Call, refused: Token | None = None) -> Token:
        """A token for a call, other than a refused one where there can be another."""
        token = self._tokens.current() if refused is None else self._tokens.instead_of(refused)
        if isinstance(token, Token):
            return token
        report = self._report(replace(self._sign_in, attempt=f"{call.attempt}, because signing in to Adobe failed"), self._ims)
        match token.outcome:
            case Lost() as lost:
                raise report.no_answer(lost)
            case Answered(ok=True) as answer:
                raise report.unreadable(answer, token.mismatch)
            case answer:
                raise report.refused(answer)

    def _ask_for_token(self) -> Grant | Ungranted:
        form = {
            "client_id": self._connection.client_id,
            "client_secret": self._connection.client_secret or "",
            "grant_type": "client_credentials",
            "scope": SCOPE,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        content = urlencode(form).encode()
        outcome = persist(lambda: self._sent(self._sign_in, self._ims, headers, content), reads=True, clock=self._clock)
        if isinstance(outcome, Lost) or not outcome.ok:
            return Ungranted(outcome)
        try:
            grant = grant_of(document_of(outcome))
        except Mismatch as mismatch:
            return Ungranted(outcome, f"the answer cannot be read ({mismatch})")
        self._secrets.add(grant.access_token)
        return grant

    def _sent(self, call: Call, server: str, headers: Mapping[str, str], content: bytes | None) -> Outcome:
        outcome = self._wire().send(call.method, server + call.path, headers, content)
        if isinstance(outcome, Lost):
            _log.debug("%s %s: no answer", call.method, call.path)
            return outcome
        _log.debug("%s %s: %s", call.method, call.path, outcome.status)
        return Lost("the answer was cut", sent=True) if is_cut(outcome) else outcome

    def _report(self, call: Call, server: str | None = None) -> Report:
        return Report(call, server or self._base, self._connection, self._secrets.mask(call.secrets))


class _Sender:
    """One call's attempts: each with the token of that moment, and a new token once if it is refused."""

    def __init__(self, session: Session, call: Call) -> None:
        self._session = session
        self._call = call
        self._renewed = False

    def __call__(self) -> Outcome:
        token = self._session.token(self._call)
        outcome = self._session.send(self._call, token)
        if not isinstance(outcome, Answered) or outcome.status != 401 or self._renewed:
            return outcome
        self._renewed = True
        another = self._session.token(self._call, refused=token)
        return outcome if another is token else self._session.send(self._call, another)


def _all_of(found: Sequence[Document], total: int | None, parse: Callable[[Sequence[Document]], T]) -> T:
    return parse(hal.complete(found, total))


def document_of(answer: Answered) -> Document:
    """The JSON object of a good answer; raises Mismatch."""
    if not answer.whole:
        raise Mismatch("it is longer than any that the API gives")
    try:
        document = decode(answer.body)
    except NotJson:
        raise Mismatch("it is empty" if not answer.body.strip() else "it is not JSON") from None
    if not is_object(document):
        raise Mismatch("it is not a JSON object")
    return document
