"""The verdict on one schedule, in the manner of Jepsen: a pure function from its history to the invariants that it violates."""

from tests.soak.history import History, Violation
from tests.soak.invariants import convergence, failures, foreign, recorded, secrecy, writes

INVARIANTS = (foreign, recorded, convergence, writes, secrecy, failures)


def check(history: History) -> list[Violation]:
    """Return every violation of every invariant; none is what is promised."""
    return [violation for invariant in INVARIANTS for violation in invariant.violations(history)]
