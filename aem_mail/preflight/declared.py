"""From what a stack declares to what a preflight looks at."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from email.utils import parseaddr
from typing import Final

from aem_mail.checks import Subject
from aem_mail.checks.egress import egress_host
from aem_mail.checks.subject import ResolvedService
from aem_mail.checks.tls import BEGINS_PLAIN, IMPLICIT
from aem_mail.preflight.target import Target, tls_of
from aem_mail.presets.providers import Tls

MAIL_PORTS: Final = (*IMPLICIT, *BEGINS_PLAIN)


def targets_of(subjects: Iterable[Subject]) -> list[Target]:
    """Return each mail server once for each domain that mail is from and each kind of way out."""
    return list(dict.fromkeys(target for subject in subjects for target in _targets(subject)))


def domain_of(address: str) -> str | None:
    """Return the domain of a sender's address, None for what is no address."""
    local_part, _, domain = parseaddr(address)[1].rpartition("@")
    return domain.lower() if local_part and domain else None


def _targets(subject: Subject) -> Iterator[Target]:
    """Yield those of the mail services, or, where no configuration tells which rules are for mail, those with a mail server's port."""
    declaration = subject.declaration
    host = egress_host(declaration.program_id) if declaration is not None else None
    found = [
        Target(
            rule.name, rule.port_dest, domain_of(service.text("from.address") or ""), host, subject.kind, tls=_tls(service, rule.port_dest)
        )
        for service in subject.mail_services()
        if (rule := service.rule(subject)) is not None
    ]
    rules = (rule for rule in subject.rules.values() if rule.port_dest in MAIL_PORTS)
    yield from found or (Target(rule.name, rule.port_dest, None, host, subject.kind, tls=tls_of(rule.port_dest)) for rule in rules)


def _tls(service: ResolvedService, port: int) -> Tls | None:
    """Return how AEM would begin TLS: its configuration decides, and where that is not known, the port."""
    ssl, required = service.flag("smtp.ssl"), service.flag("smtp.requiretls")
    if ssl is None:
        return tls_of(port)
    return "implicit" if ssl else "starttls" if required else None


def with_options(target: Target, from_domain: str | None, tls: Tls | None, selectors: tuple[str, ...]) -> Target:
    """Return the target with what the command's options add; what is given wins over what is declared."""
    return replace(target, from_domain=from_domain or target.from_domain, tls=tls or target.tls, selectors=selectors)
