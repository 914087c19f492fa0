"""What an AEM project's mail service says of the mail: the rule that it connects to, and the sender."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from aem_mail.checks.subject import Subject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stated:
    """What all tiers that have a mail service agree on; None where they do not, or say nothing."""

    port_orig: int | None = None
    from_address: str | None = None


def stated(subject: Subject) -> Stated:
    """Return what the configurations of a project, read for one environment, say."""
    services = list(subject.mail_services())
    rules = [rule.port_orig for service in services if (rule := service.rule(subject)) is not None]
    return Stated(_agreed(rules), _agreed(sender for service in services if (sender := service.text("from.address"))))


def _agreed(values: Iterable[T]) -> T | None:
    different = set(values)
    return different.pop() if len(different) == 1 else None
