"""One environment beside the program's others: mail of a test that reaches customers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from aem_mail.checks.catalogue import CONFIGURATION, PRODUCTION, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import tier_place
from aem_mail.checks.subject import PROD, ResolvedService, Subject
from aem_mail.model import EnvironmentId
from aem_mail.osgi import find_placeholders
from aem_mail.osgi.values import as_text
from aem_mail.presets import preset_for

SINK: Final = (
    "Give it a mail server that keeps what it gets, such as Mailpit or a sandbox of your provider, or at least a user of its own that may "
    "send to your own addresses only."
)


@dataclass(frozen=True, slots=True)
class ProductionLogin:
    """Where and as whom a tier logs in: user and password as far as they can be told apart."""

    host: str
    user: "ProductionCredential"
    password: "ProductionCredential"


@dataclass(frozen=True, slots=True)
class ProductionCredential:
    """A credential's value, or the reference by which it is declared; None where that is not known."""

    value: str | None = field(default=None, repr=False)
    reference: str | None = None

    def equals(self, other: "ProductionCredential") -> bool | None:
        """Say whether both are the same; None where that cannot be told."""
        if self.value is not None and other.value is not None:
            return self.value == other.value
        if self.reference is not None and other.reference is not None:
            return self.reference == other.reference
        return None


@check(
    "M27",
    Severity.WARNING,
    "The mail server and the user of production",
    symptom="Mail of a test reaches customers.",
    source="practice of those who give test environments a mail sink",
    needs=(CONFIGURATION, PRODUCTION),
)
def productions_login(subject: Subject) -> Iterator[Fault]:
    """An environment that is not production should have another mail server than production, or log in as somebody else.

    Users and passwords are compared by their values where these are known, else by the references of the declarations. Where neither
    tells, the same mail server alone is an info.
    """
    if subject.environment_type in (None, PROD):
        return
    theirs = {login for other in subject.production for service in other.mail_services() for login in _logins(other, service)}
    for service in subject.mail_services():
        for mine in _logins(subject, service):
            verdicts = {_same(mine, other) for other in theirs if other.host == mine.host}
            where = tier_place(service.tier, mine.host)
            if True in verdicts:
                effect = f"AEM would send test mail to its real recipients: it logs in at {mine.host} as production does."
                yield Fault(where, effect, SINK)
            elif None in verdicts:
                effect = (
                    f"AEM would send test mail to its real recipients: {mine.host} is production's mail server too, and whether "
                    "the user is another one cannot be told from here."
                )
                yield Fault(where, effect, SINK, Severity.INFO)


def _logins(subject: Subject, service: ResolvedService) -> Iterator[ProductionLogin]:
    rule = service.rule(subject)
    if rule is not None:
        yield ProductionLogin(rule.name, _credential(subject, service, "smtp.user"), _credential(subject, service, "smtp.password"))


def _credential(subject: Subject, service: ResolvedService, key: str) -> ProductionCredential:
    placeholders = find_placeholders(as_text(service.raw.get(key, "")))
    variable = subject.seen_by(service.tier).get(placeholders[0].name) if len(placeholders) == 1 else None
    return ProductionCredential(service.text(key), variable.value_from if variable is not None else None)


def _same(mine: ProductionLogin, theirs: ProductionLogin) -> bool | None:
    """Say whether both log in alike; None where it cannot be told. The only user that a provider has tells nothing."""
    only_user = preset_for(mine.host).user_value
    users = None if only_user is not None and mine.user.value == only_user else mine.user.equals(theirs.user)
    known = {users, mine.password.equals(theirs.password)} - {None}
    return all(known) if known else None


def beside_each_other(subjects: Mapping[EnvironmentId, Subject]) -> dict[EnvironmentId, Subject]:
    """Return the subjects, each with the others of its program beside it."""
    return {
        mine: replace(
            subject,
            others=tuple(other for theirs, other in subjects.items() if theirs != mine and theirs.program_id == mine.program_id),
        )
        for mine, subject in subjects.items()
    }
