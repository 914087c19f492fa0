"""What each station says of itself: a label, details, and whether enough is known of it. No value of a variable is part of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from aem_mail.checks.subject import PROXY_HOST, PROXY_HOST_VARIABLE
from aem_mail.checks.tls import IMPLICIT, STARTTLS
from aem_mail.model import Kind, NetworkInfrastructure, port_forward_of
from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.picture.model import Place
from aem_mail.picture.way import Way
from aem_mail.presets import preset_for
from aem_mail.presets.providers import GENERIC

NOT_KNOWN: Final = "not known"
NONE: Final = "none"
CREDENTIALS: Final = ("smtp.user", "smtp.password", "clientSecret", "refreshToken")


@dataclass(frozen=True, slots=True)
class Facts:
    """A station before the findings; ``known`` says whether it may be called ok if none concerns it."""

    label: str
    details: tuple[str, ...] = ()
    known: bool = True


def tier(way: Way) -> Facts:
    return Facts(way.tier.tier, tuple(f"run mode {mode}" for mode in way.tier.run_modes[1:]))


def configuration(way: Way) -> Facts:
    files = way.tier.winners.get(MAIL_SERVICE_PID, ())
    folders = " or ".join(PurePosixPath(file.path).parent.name for file in files)
    read = (f"{one.key} $[{one.placeholder.kind}:{one.placeholder.name}]" for one in way.readings if one.key in CREDENTIALS)
    return Facts(folders or NONE, tuple(read), way.service is not None)


def variables(way: Way) -> Facts:
    names, seen = way.names, way.subject.seen_by(way.tier.tier)
    defaults = {one.placeholder.name for one in way.readings if "default" in one.placeholder.directives}

    def told(name: str) -> str:
        if name in seen:
            service = seen[name].key.service
            return f"{name}: {seen[name].type}{f', {service} only' if service is not None else ''}"
        return f"{name}: {'its default' if name in defaults else 'not set' if way.subject.live is not None else NOT_KNOWN}"

    count = sum(name in seen for name in names)
    label = f"{count} of {len(names)} {'declared' if way.subject.live is None else 'set'}" if names else "none is read"
    return Facts(label, tuple(map(told, names)), way.service is not None and all(name in seen or name in defaults for name in names))


def proxy(way: Way) -> Facts:
    host = way.service.text("smtp.host") if way.service is not None else None
    port = way.service.text("smtp.port") if way.service is not None else None
    if not host or not port:
        return Facts(NOT_KNOWN if host is None or port is None else f"{host or NONE}:{port or NONE}", (), known=False)
    return Facts(f"{PROXY_HOST_VARIABLE if host == PROXY_HOST else host}:{port}")


def port_forward(way: Way) -> Facts:
    rule, live = way.rule, way.subject.live
    if rule is None:
        return Facts(NONE if way.subject.knows_rules else NOT_KNOWN, (), known=False)
    waiting = live is not None and rule not in map(port_forward_of, live.networking.port_forwards)
    return Facts(str(rule), ("declared, not there yet",) if waiting else ())


def infrastructure(way: Way) -> Facts:
    kind, live = way.subject.kind, way.subject.live
    if kind is None:
        return Facts(NOT_KNOWN if live is None else NONE, (), known=False)
    there = next((one for one in live.infrastructures if one.kind == kind), None) if live is not None else None
    return Facts(kind, tuple(_infrastructure(way, kind, there)))


def mail_server(way: Way) -> Facts:
    rule = way.rule
    if rule is None or way.service is None:
        return Facts(NOT_KNOWN, (), known=False)
    preset = preset_for(rule.name)
    oauth = way.service.flag("oauth.flow")
    details = ((preset.title,) if preset.name != GENERIC else (), (_tls(rule.port_dest),), ("OAuth 2.0",) if oauth else ())
    return Facts(f"{rule.name}:{rule.port_dest}", tuple(detail for some in details for detail in some))


FACTS: Final[Mapping[Place, Callable[[Way], Facts]]] = {
    Place.TIER: tier,
    Place.CONFIGURATION: configuration,
    Place.VARIABLES: variables,
    Place.PROXY: proxy,
    Place.PORT_FORWARD: port_forward,
    Place.INFRASTRUCTURE: infrastructure,
    Place.MAIL_SERVER: mail_server,
}


def _infrastructure(way: Way, kind: str, there: NetworkInfrastructure | None) -> Iterator[str]:
    declaration, live = way.subject.declaration, way.subject.live
    region = there.region if there is not None else declaration.region if declaration is not None else None
    status = there.status if there is not None else "declared"
    yield ", ".join(filter(None, (region, status)))
    if live is not None:
        if kind == Kind.DEDICATED_EGRESS_IP:
            yield f"p{live.environment.program_id}.external.adobeaemcloud.com"
        if not live.networking.enabled:
            yield "advanced networking not enabled"


def _tls(port: int) -> str:
    if port in IMPLICIT:
        return "TLS from the first byte"
    return "STARTTLS" if port in STARTTLS else "no TLS to rely on"
