"""What is demanded of the network beyond a way to the mail server: an address to be known by, and room for every connection."""

from collections.abc import Iterator
from typing import Final

from aem_mail.checks.catalogue import DECLARATION, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import Place, PlaceKind
from aem_mail.checks.subject import Subject
from aem_mail.model import Kind

MOST_CONNECTIONS: Final = 1000
"""Of one AEM instance through advanced networking, at a time (Adobe's guide)."""
ALERTED_CONNECTIONS: Final = 750
"""From which on Adobe alerts the program's contacts (the same page, 2026)."""


@check(
    "M19",
    Severity.ERROR,
    "A fixed address is required, and AEM leaves by shared ones",
    symptom="The mail server rejects AEM's address, from the start or on some days.",
    source="Adobe's guide: flexible port egress shares its addresses with other programs; only the other kinds have one of their own",
    needs=(DECLARATION,),
)
def shared_address(subject: Subject) -> Iterator[Fault]:
    """Where `requires_fixed_ip` is declared, because the mail server has an allow-list, the infrastructure must not be flexible."""
    if subject.declaration is None or not subject.declaration.requires_fixed_ip or subject.kind != Kind.FLEXIBLE_PORT_EGRESS:
        return
    effect = f"AEM would come from addresses that others share and that change, since {subject.kind} has none of its own."
    fix = f"Use one of kind {Kind.DEDICATED_EGRESS_IP}, or a mail server that knows AEM by its login alone (and no requires_fixed_ip)."
    yield Fault(Place(PlaceKind.NETWORK_INFRASTRUCTURE), effect, fix)


@check(
    "M30",
    Severity.WARNING,
    "More connections than an AEM instance has",
    symptom="Sends get stuck under load.",
    source="Adobe's guide (2026): at most 1000 connections per AEM instance through advanced networking, and an alert from 750 on",
    needs=(DECLARATION,),
)
def too_many_connections(subject: Subject) -> Iterator[Fault]:
    """`expected_connections`, where it is declared, must stay below the 750 at which Adobe alerts: of one instance, at a time, to all.

    Nothing else shows how many there will be, so that nothing is said where it is not declared.
    """
    expected = subject.declaration.expected_connections if subject.declaration is not None else None
    if expected is not None and expected >= ALERTED_CONNECTIONS:
        effect = (
            f"AEM would have no connection left for mail whenever {MOST_CONNECTIONS} are open, while {expected} are expected: "
            f"sends wait, or fail with a time-out. Adobe alerts from {ALERTED_CONNECTIONS} on."
        )
        fix = "Make bulk jobs send their mails one after the other over one connection, and pool the other connections through the proxy."
        yield Fault(Place(PlaceKind.ADVANCED_NETWORKING), effect, fix)
