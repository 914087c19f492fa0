"""The whole preflight of one target: the server, the egress address and the sender's domain, asked at the same time."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from aem_mail.checks import CHECKS, Declaration, Finding, Severity, Subject
from aem_mail.checks.network import NetworkFacts, SenderDomain
from aem_mail.checks.place import Place
from aem_mail.kinds.hosts import is_private_host
from aem_mail.model import Kind
from aem_mail.preflight.conversation import converse
from aem_mail.preflight.hosts import egress_addresses, server_addresses
from aem_mail.preflight.names import Names
from aem_mail.preflight.probe import Probe
from aem_mail.preflight.sender import SenderQuestions
from aem_mail.preflight.step import Step, StepVerdict
from aem_mail.preflight.target import PreflightOptions, Seen, Target

VERDICTS: Final = {Severity.ERROR: StepVerdict.FAILED, Severity.WARNING: StepVerdict.WARNING, Severity.INFO: StepVerdict.INFO}


async def preflight(target: Target, options: PreflightOptions) -> Seen:
    """Ask the network; never raises for what it answers or does not. Raises InvalidInput for a file of authorities that is none."""
    probe = Probe.begun(target, options)
    server, (addresses, egress), (sender, domain) = await asyncio.gather(
        _server(probe), egress_addresses(target, probe.names), _sender(target, probe.names)
    )
    facts = NetworkFacts(target.egress_host, addresses, sender)
    return Seen(target, (*server, *judged([*egress, *domain], facts, target)), facts)


def judged(steps: Sequence[Step], facts: NetworkFacts, target: Target) -> list[Step]:
    """Return the steps with what the checks say of their places."""
    declaration = Declaration("", "", kind=target.kind, enables_networking=True)
    subject = Subject(declaration, network=facts)
    found: dict[str | Place, Finding] = {finding.place: finding for one in CHECKS.values() if one.network for finding in one.run(subject)}
    return [_with(step, found.get(step.about)) for step in steps]


async def _server(probe: Probe) -> list[Step]:
    """Talk to the first address that takes the connection; one before it that does not is a warning.

    That a private server behind a VPN takes none is no more than a warning either: this machine is not behind the VPN's gateway.
    """
    addresses, steps = await server_addresses(probe.target, probe.names)
    tried: list[Step] = []
    for address in addresses:
        conversation = await converse(probe, address)
        if conversation[0].verdict is StepVerdict.OK:
            return [*steps, *map(_as_warning, tried), *conversation]
        tried += conversation
    unseen = probe.target.kind == Kind.VPN and is_private_host(probe.target.host)
    return [*steps, *(map(_as_warning, tried) if unseen else tried)]


def _as_warning(step: Step) -> Step:
    return replace(step, verdict=StepVerdict.WARNING)


async def _sender(target: Target, names: Names) -> tuple[SenderDomain | None, list[Step]]:
    if target.from_domain is None:
        return None, []
    questions = SenderQuestions(target.from_domain, target.host, names)
    await questions.ask(target.selectors)
    return questions.sender, questions.steps


def _with(step: Step, finding: Finding | None) -> Step:
    if finding is None:
        return step
    return replace(step, verdict=VERDICTS[finding.severity], effect=finding.effect, fix=finding.fix)
