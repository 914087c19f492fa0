"""Where names lead: the mail server's addresses, and the egress address of a program."""

from typing import Final

from aem_mail.checks.egress import egress_place, tested
from aem_mail.checks.place import Place
from aem_mail.kinds.hosts import is_private_host
from aem_mail.kinds.vpn import address_of
from aem_mail.model import Kind
from aem_mail.preflight.names import Names, Records
from aem_mail.preflight.step import Step, StepVerdict, shown
from aem_mail.preflight.target import Target

MOST_ADDRESSES: Final = 4
RESOLUTION: Final = ("M20", "M21")


async def server_addresses(target: Target, names: Names) -> tuple[tuple[str, ...], list[Step]]:
    """Return the addresses to try, IPv4 before IPv6, and the step that found them; an address is not asked for."""
    if address_of(target.host) is not None:
        return (target.host,), []
    found = [await names.ask(target.host, record_type) for record_type in ("A", "AAAA")]
    addresses = tuple(value for records in found for value in records.values)
    return addresses[:MOST_ADDRESSES], [_server_step(target, found, addresses)]


async def egress_addresses(target: Target, names: Names) -> tuple[tuple[str, ...] | None, list[Step]]:
    """Return the egress addresses (None: not asked, or no answer), and the step that looked for them; M18 judges it."""
    if target.egress_host is None or target.kind not in (None, Kind.DEDICATED_EGRESS_IP):
        return None, []
    records, asked = await names.ask(target.egress_host, "A"), egress_place(target.egress_host)
    if not records.answered:
        return None, [unanswered(asked, records, ("M18",))]
    if not records.values and target.kind is None:
        answer = "none, as for programs without a dedicated egress IP"
        return None, [Step(asked, answer, StepVerdict.INFO, ("M18",))]
    allowed = "The mail server, and every firewall before it, has to accept this address."
    return records.values, [Step(asked, shown(", ".join(records.values)), StepVerdict.OK, ("M18",), fix=allowed if records.values else "")]


def unanswered(about: str | Place, records: Records, checks: tuple[str, ...]) -> Step:
    """Return the step of a question to DNS that got no answer."""
    verdict = StepVerdict.TIMED_OUT if records.timed_out else StepVerdict.FAILED
    fix = "Try again, or ask another resolver with --resolver."
    return Step(about, shown(records.fault), verdict, checks, "Other resolvers, AEM's among them, may know it anyway.", fix)


def _server_step(target: Target, found: list[Records], addresses: tuple[str, ...]) -> Step:
    asked = f"addresses of {target.host}"
    silent = next((records for records in found if not records.answered), None)
    if addresses:
        alias = next((f" (an alias of {records.alias})" for records in found if records.alias is not None), "")
        return Step(asked, shown(", ".join(addresses) + alias), StepVerdict.OK, RESOLUTION)
    if silent is not None:
        return unanswered(asked, silent, RESOLUTION)
    answer = "none" if any(records.exists for records in found) else "there is no such name"
    if target.kind == Kind.VPN and is_private_host(target.host):
        effect = "AEM asks the VPN's resolvers, which this machine does not see."
        return Step(asked, answer, StepVerdict.INFO, RESOLUTION, effect, f"Look from there: {tested(target.host, target.port)}.")
    effect = "AEM would log an UnknownHostException."
    return Step(asked, answer, StepVerdict.FAILED, RESOLUTION, effect, "Name the server as public DNS does, or use a VPN with resolvers.")
