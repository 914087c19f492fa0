"""TLS between AEM and the mail server, which the destination port alone decides."""

from collections.abc import Iterator
from typing import Final

from aem_mail.checks.catalogue import CONFIGURATION, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import rule_place
from aem_mail.checks.subject import Subject

IMPLICIT: Final = (465, 2465)
STARTTLS: Final = (587, 2587)
BEGINS_PLAIN: Final = (25, 2525, *STARTTLS)


@check(
    "M05",
    Severity.ERROR,
    "smtp.ssl does not fit the mail server's port",
    symptom="The TLS handshake hangs or fails ('plaintext connection?').",
    source="Adobe, e-mail service with advanced networking; SendGrid's page on ports",
    needs=(CONFIGURATION,),
)
def wrong_tls(subject: Subject) -> Iterator[Fault]:
    """`smtp.ssl` must be true for destination port 465 and false for 587; the `portOrig` says nothing about it."""
    for service in subject.mail_services():
        rule, ssl = service.rule(subject), service.flag("smtp.ssl")
        if rule is None or ssl is None:
            continue
        target = f"{rule.name}:{rule.port_dest}"
        if rule.port_dest in IMPLICIT and not ssl:
            effect = f"AEM would wait for a greeting of {target}, which waits for TLS, until the connection times out."
            yield Fault(service.where("smtp.ssl"), effect, subject.fix_of(rule, f"Set it to true: port {rule.port_dest} begins with TLS."))
        if rule.port_dest in BEGINS_PLAIN and ssl:
            effect = f"AEM would begin with TLS, but {target} begins without, and the handshake would fail."
            yield Fault(
                service.where("smtp.ssl"), effect, subject.fix_of(rule, f"Set it to false: port {rule.port_dest} begins without TLS.")
            )


@check(
    "M06",
    Severity.INFO,
    "smtp.starttls contradicts the mail server's port",
    symptom="None; the flag is believed to rule.",
    source="Adobe, e-mail service with advanced networking: AEM itself switches STARTTLS on for port 587",
    needs=(CONFIGURATION,),
)
def idle_starttls(subject: Subject) -> Iterator[Fault]:
    """`smtp.starttls` should be true for destination port 587 and false for 465, though AEM decides by itself."""
    for service in subject.mail_services():
        rule, starttls = service.rule(subject), service.flag("smtp.starttls")
        if rule is not None and rule.port_dest in STARTTLS and starttls is False:
            effect = f"AEM would use STARTTLS with port {rule.port_dest} anyway."
            yield Fault(service.where("smtp.starttls"), effect, subject.fix_of(rule, "Set it to true, so that it says what happens."))
        if rule is not None and rule.port_dest in IMPLICIT and starttls:
            effect = f"AEM would find no STARTTLS on port {rule.port_dest}, which has TLS from the first byte."
            yield Fault(service.where("smtp.starttls"), effect, subject.fix_of(rule, "Set it to false, so that it says what happens."))


@check(
    "M07",
    Severity.WARNING,
    "Mail goes to port 25",
    symptom="Mail travels in plain text, or is blocked.",
    source="Adobe's guide; providers' pages on ports",
)
def port_25(subject: Subject) -> Iterator[Fault]:
    """A port forward should lead to 587 or 465, since port 25 has no TLS to rely on and is often blocked."""
    for rule in subject.rules.values():
        if rule.port_dest == 25:
            effect = "AEM would hand user, password and mail over in plain text wherever the server offers no TLS there."
            yield Fault(rule_place(rule), effect, subject.fix_of(rule, "Forward to port 587 or 465 of the mail server, if it has one."))
