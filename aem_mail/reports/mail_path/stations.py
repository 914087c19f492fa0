"""What each station says of itself: a label, details, and whether enough is known of it. No value of a variable is part of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aem_mail.checks.subject import PROXY_HOST, PROXY_HOST_VARIABLE
from aem_mail.checks.tls import IMPLICIT, STARTTLS
from aem_mail.kinds.forms import host as host_form
from aem_mail.model import Kind, NetworkInfrastructure
from aem_mail.model.statuses import READY
from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.presets import preset_for
from aem_mail.presets.providers import SmtpPreset
from aem_mail.reports.mail_path.model import State, StationKind
from aem_mail.reports.mail_path.tier_path import TierPath

NOT_KNOWN: Final = "not known"
NONE: Final = "none"
NOT_YET: Final = ", not there yet"
CREDENTIALS: Final = ("smtp.user", "smtp.password", "clientSecret", "refreshToken")


@dataclass(frozen=True, slots=True)
class Facts:
    """A station before the findings, with the state that it has if none concerns it; ``names`` as in `Station`."""

    label: str
    details: tuple[str, ...] = ()
    state: State = State.OK
    names: tuple[str, ...] = ()


def tier(path: TierPath) -> Facts:
    return Facts(path.tier.tier, tuple(f"run mode {mode}" for mode in path.tier.run_modes[1:]))


def configuration(path: TierPath) -> Facts:
    files = path.tier.winners.get(MAIL_SERVICE_PID, ())
    folders = " or ".join(file.folder for file in files)
    read = (f"{one.key} $[{one.placeholder.kind}:{one.placeholder.name}]" for one in path.readings if one.key in CREDENTIALS)
    names = tuple(file.path for file in files)
    return Facts(folders or NONE, tuple(read), State.OK if path.service is not None else State.UNKNOWN, names)


def variables(path: TierPath) -> Facts:
    names, seen, live = path.names, path.subject.seen_by(path.tier.tier), path.subject.live
    defaults = {one.placeholder.name for one in path.readings if "default" in one.placeholder.directives}
    there = None if live is None else {one.key: one.status for one in live.variables}

    def told(name: str) -> str:
        if name not in seen:
            return f"{name}: {NOT_KNOWN if path.subject.is_unknown(name) else 'its default' if name in defaults else 'not set'}"
        key = seen[name].key
        service = f", {key.service} only" if key.service is not None else ""
        status = READY if there is None else there.get(key, "not there yet")
        return f"{name}: {seen[name].type}{service}{f', {status}' if status != READY else ''}"

    count = sum(name in seen for name in names)
    waiting = any(name in seen and (there or {}).get(seen[name].key) != READY for name in names)
    label = f"{count} of {len(names)} {'declared' if waiting else 'set'}" if names else "none is read"
    known = path.service is not None and all(name in seen or (name in defaults and not path.subject.is_unknown(name)) for name in names)
    state = State.UNKNOWN if not known else State.INFO if waiting and live is not None else State.OK
    return Facts(label, tuple(map(told, names)), state, names)


def proxy(path: TierPath) -> Facts:
    host = path.service.told("smtp.host") if path.service is not None else None
    port = path.port
    if not host or not port:
        return Facts(NOT_KNOWN if host is None or port is None else f"{host or NONE}:{port or NONE}", (), State.UNKNOWN)
    return Facts(f"{PROXY_HOST_VARIABLE if host_form(host) == PROXY_HOST else host}:{port}")


def port_forward(path: TierPath) -> Facts:
    rule, live = path.rule, path.subject.live
    names = (path.port,) if path.port else ()
    if rule is None:
        return Facts(NONE if path.subject.knows_rules else NOT_KNOWN, (), State.UNKNOWN, names)
    if live is not None and rule not in path.subject.live_rules:
        return Facts(str(rule), (f"declared{NOT_YET}",), State.INFO, names)
    return Facts(str(rule), names=names)


def infrastructure(path: TierPath) -> Facts:
    kind, live = path.subject.kind, path.subject.live
    if kind is None:
        return Facts(NOT_KNOWN if live is None else NONE, (), State.UNKNOWN)
    there = next((one for one in live.program.infrastructures if one.kind == kind), None) if live is not None else None
    waiting = live is not None and (there is None or not live.networking.enabled)
    return Facts(kind, tuple(_infrastructure(path, kind, there)), State.INFO if waiting else State.OK)


def mail_server(path: TierPath) -> Facts:
    rule = path.rule
    if rule is None or path.service is None:
        return Facts(NOT_KNOWN, (), State.UNKNOWN)
    preset = preset_for(rule.name)
    oauth = path.service.flag("oauth.flow")
    details = ((preset.title,) if preset.name != SmtpPreset.GENERIC else (), (_tls(rule.port_dest),), ("OAuth 2.0",) if oauth else ())
    return Facts(f"{rule.name}:{rule.port_dest}", tuple(detail for some in details for detail in some))


FACTS: Final[Mapping[StationKind, Callable[[TierPath], Facts]]] = {
    StationKind.TIER: tier,
    StationKind.CONFIGURATION: configuration,
    StationKind.VARIABLES: variables,
    StationKind.PROXY: proxy,
    StationKind.PORT_FORWARD: port_forward,
    StationKind.INFRASTRUCTURE: infrastructure,
    StationKind.MAIL_SERVER: mail_server,
}


def _infrastructure(path: TierPath, kind: str, there: NetworkInfrastructure | None) -> Iterator[str]:
    declaration, live = path.subject.declaration, path.subject.live
    region = there.region if there is not None else declaration.region if declaration is not None else None
    status = there.status if there is not None else "declared"
    yield ", ".join(filter(None, (region, status)))
    if live is not None:
        if kind == Kind.DEDICATED_EGRESS_IP:
            yield f"p{live.environment.program_id}.external.adobeaemcloud.com"
        if not live.networking.enabled:
            yield "advanced networking is not enabled"


def _tls(port: int) -> str:
    if port in IMPLICIT:
        return "TLS from the first byte"
    return "STARTTLS" if port in STARTTLS else "no TLS to rely on"
