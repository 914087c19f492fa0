"""Why a network infrastructure cannot become another one in place, and how it is done step by step."""

from collections.abc import Set as AbstractSet

from aem_mail.errors import Problem
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE, fixed_inputs
from aem_mail.model import UNKNOWN, Kind, Properties


def provisioning(kind: object) -> str:
    """Return what an infrastructure of this kind takes to be created (Adobe's page of 2026)."""
    return "45 to 60 minutes" if kind == Kind.VPN else "about 15 minutes, up to an hour"


def replacement_problem(recorded: Properties, wanted: Properties, secret: AbstractSet[str] = frozenset()) -> Problem | None:
    """Return why a NetworkInfrastructure may not become the wanted one in place: the ordered steps and the downtime.

    ``recorded`` are the old inputs, empty for a resource that is to be created; the values of the inputs that are ``secret``
    are not shown. None where nothing fixed changed as far as is known, where the program is another one, or where ``allow_replace`` is set.
    """
    recorded, wanted = map(NETWORK_INFRASTRUCTURE.normalise, (recorded, wanted))
    if wanted.get("allow_replace") is True or recorded.get("program_id") != wanted.get("program_id"):
        return None
    changed = [name for name in fixed_inputs(recorded, wanted) if has_changed(recorded.get(name), wanted.get(name))]
    if not changed:
        return None
    changes = ", ".join(name if name in secret else _change(name, recorded, wanted) for name in changed)
    return Problem(changed[0], f"Cloud Manager cannot change {changes} in place. {replacement_steps(wanted)}")


def _change(name: str, recorded: Properties, wanted: Properties) -> str:
    return f"{name} from {shown(recorded.get(name))} to {shown(wanted.get(name))}"


def has_changed(recorded: object, wanted: object) -> bool:
    return recorded != wanted and UNKNOWN not in (recorded, wanted)


def shown(value: object) -> str:
    if value is None:
        return "none"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def replacement_steps(wanted: Properties) -> str:
    """Say in which order an infrastructure is replaced, and for how long nothing leaves through it."""
    program = wanted.get("program_id")
    region = wanted.get("region")
    return (
        f"It takes these steps: 1. disable advanced networking in every environment of program {program}, other people's too "
        "(take AdvancedNetworking and PortForward out of each stack and run `pulumi up`; about 10 minutes each); "
        f"2. set allow_replace=True on this resource and run `pulumi up`: it deletes the old infrastructure and creates the new one "
        f"in region {region} ({provisioning(wanted.get('kind'))}); 3. declare AdvancedNetworking and PortForward again and run `pulumi up` "
        "(about 10 minutes each). From step 1 to the end of step 3 no environment of the program reaches any port but 80 and 443, "
        "so no mail is sent, and a dedicated egress IP address may be another one afterwards (mail servers that allow-list it have to "
        "be told)"
    )
