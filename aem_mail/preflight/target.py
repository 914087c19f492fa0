"""What a preflight is to look at, and how."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aem_mail.checks.network import NetworkFacts
from aem_mail.checks.tls import IMPLICIT, STARTTLS
from aem_mail.preflight.step import Step, StepVerdict
from aem_mail.presets.providers import Tls

CLEAN: Final = 0
FAILED: Final = 2
TIMED_OUT: Final = 40


@dataclass(frozen=True, slots=True)
class Target:
    """A mail server, the domain that mail is from (None: not known), and the name of the egress address (None: there is none).

    ``kind`` is that of the network infrastructure, None if it is not known. ``selectors`` are the DKIM selectors to ask for. ``tls``
    says how AEM would have it: from the first byte, or by STARTTLS; None: by STARTTLS if that is offered.
    """

    host: str
    port: int
    from_domain: str | None = None
    egress_host: str | None = None
    kind: str | None = None
    selectors: tuple[str, ...] = ()
    tls: Tls | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def tls_of(port: int) -> Tls | None:
    """Return how TLS begins on a port of mail servers, None where it may not."""
    return "implicit" if port in IMPLICIT else "starttls" if port in STARTTLS else None


@dataclass(frozen=True, slots=True)
class Login:
    """Whom to log in as."""

    user: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PreflightOptions:
    """How to look: times in seconds, ``resolver`` an address and port instead of this machine's, ``ca_file`` instead of its trust store."""

    step_seconds: float = 10.0
    total_seconds: float = 60.0
    warn_days: int = 30
    resolver: tuple[str, int] | None = None
    ca_file: Path | None = None
    login: Login | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one target, in the order in which it was asked."""

    target: Target
    steps: tuple[Step, ...]
    facts: NetworkFacts


def exit_code(seen: Sequence[Seen]) -> int:
    """Return 2 if a step failed, else 40 if one timed out, else 0."""
    verdicts = {step.verdict for one in seen for step in one.steps}
    return FAILED if StepVerdict.FAILED in verdicts else TIMED_OUT if StepVerdict.TIMED_OUT in verdicts else CLEAN
