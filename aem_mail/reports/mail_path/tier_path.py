"""What is known of the path of one tier's mail: its configuration, what that reads, and the port forward that it takes."""

from collections.abc import Iterator
from dataclasses import dataclass

from aem_mail.checks.finding import Finding
from aem_mail.checks.place import PlaceKind
from aem_mail.checks.placeholders import Reading, readings
from aem_mail.checks.subject import PROXY_HOST_VARIABLE, ResolvedService, Subject, TierConfiguration
from aem_mail.model import PortForward


@dataclass(frozen=True, slots=True)
class TierPath:
    """The path of one tier's mail; ``service`` None where AEM would have no mail service there."""

    subject: Subject
    tier: TierConfiguration
    service: ResolvedService | None
    readings: tuple[Reading, ...]

    @property
    def rule(self) -> PortForward | None:
        """The port forward that the mail takes, if there is one."""
        return None if self.service is None else self.service.rule(self.subject)

    @property
    def port(self) -> str | None:
        """The port of the proxy that the mail takes, as it may be shown; "" where there is none, None where it is not known."""
        return None if self.service is None else self.service.told("smtp.port")

    def passes(self, finding: Finding) -> bool:
        """Say whether a finding is about what this mail comes by, not about another tier, rule, variable or file of the environment."""
        place, rule = finding.place, self.rule
        if not place.concerns(self.tier.tier):
            return False
        match place.kind:
            case PlaceKind.TIER:
                return self.tier.tier in place.names
            case PlaceKind.PORT_FORWARD:
                return rule is None or str(rule.port_orig) in place.names
            case PlaceKind.VARIABLE:
                return not set(place.names).isdisjoint(self.names)
            case PlaceKind.FILE:
                return set(place.names).isdisjoint(self._others())
        return True

    @property
    def names(self) -> tuple[str, ...]:
        """The variables that the configuration reads, except for the one that AEM sets itself, each once."""
        names = dict.fromkeys(reading.placeholder.name for reading in self.readings)
        return tuple(name for name in names if name != PROXY_HOST_VARIABLE)

    def _others(self) -> Iterator[str]:
        """Yield the files that this tier has nothing to do with; all concern a tier without a mail service."""
        mine = {file.path for files in self.tier.winners.values() for file in files}
        return (file.path for file in self.subject.files if self.service is not None and file.path not in mine)


def tier_paths(subject: Subject) -> list[TierPath]:
    """Return the path of each tier whose configuration is known."""
    services = {service.tier: service for service in subject.mail_services()}
    return [TierPath(subject, tier, services.get(tier.tier), tuple(readings(tier))) for tier in subject.tiers]
