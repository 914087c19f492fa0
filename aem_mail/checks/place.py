"""Where something was found, as a value; its text is written from it, and nobody reads that."""

from dataclasses import dataclass
from enum import StrEnum

from aem_mail.model import PortForward, VariableKey

Named = str | PortForward | VariableKey


class PlaceKind(StrEnum):
    """What stands at a place, in the words that name it."""

    PROGRAM = "program"
    NETWORK_INFRASTRUCTURE = "network infrastructure"
    ENVIRONMENT = "environment"
    ADVANCED_NETWORKING = "advanced networking"
    NON_PROXY_HOSTS = "non-proxy hosts"
    NON_PROXY_HOST = "non-proxy host"
    PORT_FORWARD = "port forward"
    VARIABLES = "variables"
    VARIABLE = "variable"
    AEM_PROJECT = "AEM project"
    FILE = "file"
    CONFIGURATION = "OSGi configuration"
    PROPERTY = "property"
    TIER = "tier"
    MAIL_SERVER = "mail server"
    EGRESS_ADDRESS = "egress address"
    DOMAIN = "domain"
    SPF = "SPF"
    DMARC = "DMARC"
    DKIM = "DKIM"
    COMPONENT = "component"


@dataclass(frozen=True, slots=True)
class Place:
    """One thing, or several of a kind.

    ``things`` tell them from others of their kind, none where there are no others: ids, hosts, paths of files below the AEM project's
    folder; of DKIM the selector and the domain. ``parts`` are what it is about of them, such as properties of a file. ``tiers`` are
    those that it is about, none for all. ``environment_id`` is set where an environment is compared with others.
    """

    kind: PlaceKind
    things: tuple[Named, ...] = ()
    parts: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    environment_id: str = ""

    def __str__(self) -> str:
        """Write what findings say, and what files of ignores match: the only text of a place."""
        environment = f"environment {self.environment_id}" if self.environment_id else ""
        tiers = f" ({', '.join(self.tiers)})" if self.tiers else ""
        return ", ".join(filter(None, (environment, f"{self._thing}{tiers}", "/".join(self.parts))))

    @property
    def names(self) -> tuple[str, ...]:
        """The things by what tells them apart in one environment: rules by their ``portOrig``, variables without their service."""
        return tuple(map(_name, self.things))

    def concerns(self, tier: str) -> bool:
        """Say whether it is about that tier too: by its own tiers, else by the services of its variables; about all without either."""
        services = {thing.service for thing in self.things if isinstance(thing, VariableKey)}
        return tier in self.tiers if self.tiers else not services or not services.isdisjoint((None, tier))

    @property
    def _thing(self) -> str:
        texts = list(map(str, self.things))
        match self.kind:
            case PlaceKind.FILE:
                return " and ".join(texts)
            case PlaceKind.SPF | PlaceKind.DMARC | PlaceKind.DKIM:
                return " ".join((self.kind, *texts[:-1], "of", *texts[-1:]))
        noun = f"{self.kind}s" if len(texts) > 1 else str(self.kind)
        return f"{noun} {'; '.join(texts)}" if texts else noun


def _name(thing: Named) -> str:
    match thing:
        case PortForward():
            return str(thing.port_orig)
        case VariableKey():
            return thing.name
    return thing


def program_place(program_id: str) -> Place:
    return Place(PlaceKind.PROGRAM, (program_id,))


def environment_place(environment_id: str) -> Place:
    return Place(PlaceKind.ENVIRONMENT, (environment_id,))


def infrastructure_place(infrastructure_id: str) -> Place:
    return Place(PlaceKind.NETWORK_INFRASTRUCTURE, (infrastructure_id,))


def rule_place(*rules: PortForward) -> Place:
    return Place(PlaceKind.PORT_FORWARD, rules)


def variable_place(key: VariableKey) -> Place:
    return Place(PlaceKind.VARIABLE, (key,))


def tier_place(tier: str, *parts: str) -> Place:
    return Place(PlaceKind.TIER, (tier,), parts)
