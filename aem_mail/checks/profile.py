"""What an environment needs to send mail, and has or lacks of it, so that environments can be compared with each other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from aem_mail.checks.place import PlaceKind
from aem_mail.checks.placeholders import readings
from aem_mail.checks.subject import PROXY_HOST_VARIABLE, ResolvedService, Subject, TierConfiguration
from aem_mail.model import EnvironmentId
from aem_mail.osgi import MAIL_SERVICE_PID, find_placeholders
from aem_mail.osgi.values import as_text

COMPARED: Final = ("smtp.host", "smtp.port", "smtp.ssl", "smtp.starttls", "smtp.requiretls", "from.address", "debug.email", "oauth.flow")
"""Properties of the mail service that are compared as AEM receives them."""
CREDENTIALS: Final = ("smtp.user", "smtp.password")
"""Properties of which only the placeholders are compared."""
LITERAL: Final = "a literal value"
NOT_KNOWN: Final = "not known"


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """Something that mail needs, by name where a tier needs several of its kind; a port forward serves all tiers."""

    kind: PlaceKind
    name: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """An environment's things, as text; None for what it needs and lacks. Equal to itself alone.

    What is not in ``things`` is not needed, unless ``configured`` is false: then no configuration tells what is needed, and whatever
    another environment has counts. No value of a variable is part of it.
    """

    environment: EnvironmentId
    type: str
    things: Mapping[Thing, str | None]
    configured: bool

    def __str__(self) -> str:
        return f"{self.type} ({self.environment.environment_id})" if self.type else self.environment.environment_id


def profiles_of(subjects: Iterable[Subject]) -> list[Profile]:
    """Return the profiles of those whose environment is known; each is made once, however many it stands beside."""
    return [profile for subject in subjects if (profile := _remembered(_Same(subject))) is not None]


def profile_of(subject: Subject) -> Profile | None:
    """Return the profile of what is checked, None where it is not known which environment that is."""
    live, declaration = subject.live, subject.declaration
    if live is not None:
        environment = EnvironmentId(live.environment.program_id, live.environment.id)
    elif declaration is not None:
        environment = EnvironmentId(declaration.program_id, declaration.environment_id)
    else:
        return None
    type_ = subject.environment_type or ""
    configured = bool(subject.tiers)
    there = subject if live is None else replace(subject, declaration=None)
    return Profile(environment, type_, dict(_read(there) if configured else _everything(there)), configured)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A subject, equal to itself alone: comparing its content would cost more than is saved."""

    subject: Subject

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.subject is self.subject

    def __hash__(self) -> int:
        return id(self.subject)


@lru_cache(maxsize=1024)
def _remembered(same: _Same) -> Profile | None:
    return profile_of(same.subject)


def _everything(subject: Subject) -> Iterator[tuple[Thing, str | None]]:
    for port, rule in subject.rules.items():
        yield Thing(PlaceKind.PORT_FORWARD, str(port)), f"{rule.name}:{rule.port_dest}"
    for tier in subject.there:
        for name, variable in subject.seen_by(tier).items():
            yield Thing(PlaceKind.VARIABLE, name, tier), variable.type


def _read(subject: Subject) -> Iterator[tuple[Thing, str | None]]:
    services = {service.tier: service for service in subject.mail_services()}
    for tier in subject.tiers:
        yield Thing(PlaceKind.CONFIGURATION, tier=tier.tier), _files(tier)
        yield from _variables(subject, tier)
        if tier.tier in services:
            yield from _properties(subject, services[tier.tier])


def _files(tier: TierConfiguration) -> str | None:
    return " or ".join(file.folder for file in tier.winners.get(MAIL_SERVICE_PID, ())) or None


def _variables(subject: Subject, tier: TierConfiguration) -> Iterator[tuple[Thing, str | None]]:
    seen = subject.seen_by(tier.tier)
    for name in dict.fromkeys(reading.placeholder.name for reading in readings(tier)):
        if name != PROXY_HOST_VARIABLE:
            yield Thing(PlaceKind.VARIABLE, name, tier.tier), seen[name].type if name in seen else None


def _properties(subject: Subject, service: ResolvedService) -> Iterator[tuple[Thing, str | None]]:
    port, rule = service.told("smtp.port"), service.rule(subject)
    if port and subject.knows_rules:
        target = None if rule is None else f"{rule.name}:{rule.port_dest}"
        yield Thing(PlaceKind.PORT_FORWARD, port), target
        yield Thing(PlaceKind.MAIL_SERVER, tier=service.tier), target
    for key in COMPARED:
        text = service.told(key)
        yield Thing(PlaceKind.PROPERTY, key, service.tier), NOT_KNOWN if text is None else text
    for key in CREDENTIALS:
        placeholders = find_placeholders(as_text(service.raw.get(key, "")))
        told = " ".join(f"$[{one.kind}:{one.name}]" for one in placeholders) or (LITERAL if service.raw.get(key) else "")
        yield Thing(PlaceKind.PROPERTY, key, service.tier), told
