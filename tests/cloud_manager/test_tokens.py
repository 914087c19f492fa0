import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from aem_mail.cloud_manager.answer_fields import Mismatch
from aem_mail.cloud_manager.outcome import Lost
from aem_mail.cloud_manager.tokens import Grant, ReadyToken, RenewedTokens, Token, Ungranted, grant_of, margin

from .clocks import SteppedClock

THREADS = 24


class Ims:
    """Grants `t1`, `t2`, …, each only once every thread of a test is waiting for it."""

    def __init__(self, together: int = 1, life: float = 1000) -> None:
        self.asked = 0
        self.life = life
        self.fails = False
        self.gate = threading.Barrier(together)

    def __call__(self) -> Grant | Ungranted:
        self.asked += 1
        return Ungranted(Lost("down", sent=False)) if self.fails else Grant(f"t{self.asked}", self.life)


def text(token: Token | Ungranted) -> str:
    assert isinstance(token, Token)
    return token.text


def in_threads(gate: threading.Barrier, what: object) -> list[Token | Ungranted]:
    def one(_: int) -> Token | Ungranted:
        gate.wait(5)
        assert callable(what)
        result = what()
        assert isinstance(result, Token | Ungranted)
        return result

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_many_threads_fetch_one_token(clock: SteppedClock) -> None:
    ims = Ims(THREADS)
    tokens = RenewedTokens(ims, clock)

    assert {text(token) for token in in_threads(ims.gate, tokens.current)} == {"t1"}
    assert ims.asked == 1


def test_threads_that_had_one_token_refused_fetch_one_other(clock: SteppedClock) -> None:
    ims = Ims(THREADS)
    tokens = RenewedTokens(ims, clock)
    refused = tokens.current()
    assert isinstance(refused, Token)

    assert {text(token) for token in in_threads(ims.gate, lambda: tokens.instead_of(refused))} == {"t2"}
    assert ims.asked == 2


def test_a_token_is_renewed_before_it_expires(clock: SteppedClock) -> None:
    ims = Ims(life=1000)
    tokens = RenewedTokens(ims, clock)
    tokens.current()

    clock.sleep(899)
    assert text(tokens.current()) == "t1"
    clock.sleep(2)
    assert text(tokens.current()) == "t2"


def test_a_failed_fetch_is_tried_again_by_the_next_request(clock: SteppedClock) -> None:
    ims = Ims()
    tokens = RenewedTokens(ims, clock)
    ims.fails = True
    assert isinstance(tokens.current(), Ungranted)

    ims.fails = False
    assert text(tokens.current()) == "t2"


def test_the_same_text_granted_again_counts_as_another_token(clock: SteppedClock) -> None:
    tokens = RenewedTokens(lambda: Grant("same", 1000), clock)
    refused = tokens.current()
    assert isinstance(refused, Token)

    assert tokens.instead_of(refused) is not refused


def test_a_ready_token_stays_what_it_is() -> None:
    ready = ReadyToken("mine")

    assert ready.instead_of(ready.current()) is ready.current()


@pytest.mark.parametrize(("life", "seconds"), [(86400, 300), (3000, 300), (600, 60), (0, 0)])
def test_the_margin_is_five_minutes_or_a_tenth(life: float, seconds: float) -> None:
    assert margin(life) == seconds


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"access_token": "x"},
        {"access_token": "", "expires_in": 5},
        {"access_token": 5, "expires_in": 5},
        {"access_token": "a b", "expires_in": 5},
        {"access_token": "a\nb", "expires_in": 5},
        {"access_token": "é", "expires_in": 5},
        {"access_token": "x", "expires_in": "soon"},
        {"access_token": "x", "expires_in": True},
    ],
)
def test_an_answer_that_is_no_grant_is_a_mismatch(document: dict[str, object]) -> None:
    with pytest.raises(Mismatch):
        grant_of(document)


def test_no_repr_shows_a_token() -> None:
    assert "s3cret" not in repr((Grant("s3cret", 1), Token("s3cret", 1)))
