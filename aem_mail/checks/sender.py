"""Who sends: the from address, the user, and how long their secrets last."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from aem_mail.checks.catalogue import CONFIGURATION, DECLARATION, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import variable_place
from aem_mail.checks.sender_domain import domain_faults
from aem_mail.checks.subject import Subject

DAYS_AHEAD: Final = 30


@check(
    "M16",
    Severity.WARNING,
    "A secret that expires",
    symptom="Mail stops suddenly after months.",
    source="Adobe, OAuth 2.0 support for the mail service: client secrets and refresh tokens expire",
    needs=(DECLARATION,),
)
def expiring_secret(subject: Subject) -> Iterator[Fault]:
    """A secret whose `expires_at` is declared must be renewed 30 days before."""
    for variable in subject.declaration.variables if subject.declaration is not None else ():
        expires = _date(variable.expires_at)
        days = (expires - subject.today).days if expires is not None else DAYS_AHEAD + 1
        if days <= DAYS_AHEAD:
            effect = (
                f"AEM's login fails from {variable.expires_at} on" if days >= 0 else f"AEM's login has failed since {variable.expires_at}"
            )
            yield Fault(variable_place(variable.key), f"{effect}, when this secret expires.", "Renew it, and set a new expires_at.")


@check(
    "M17",
    Severity.ERROR,
    "No sender, or one that receivers do not believe",
    symptom="'From must not be blank', or the mail counts as spam.",
    source="AEM's page on e-mail notification; RFC 7208 (SPF), 6376 (DKIM), 7489 (DMARC)",
    needs=(CONFIGURATION,),
    network=True,
)
def no_sender(subject: Subject) -> Iterator[Fault]:
    """`from.address` must be an address; whether the mail server lets the user send from it is not looked at.

    `aem-mail preflight` also looks for SPF, DKIM and DMARC of its domain; what is missing there is a warning.
    """
    if subject.network is not None and subject.network.sender is not None:
        yield from domain_faults(subject.network.sender)
    for service in subject.mail_services():
        address = service.text("from.address")
        if address is not None and "@" not in address:
            effect = (
                "AEM would send nothing, unless each template names a sender."
                if not address
                else "AEM would send nothing: this is no address."
            )
            yield Fault(service.where("from.address"), effect, "Set it to an address that the mail server accepts as sender.")


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text[:10])
    except ValueError:
        return None
