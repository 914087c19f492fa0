"""What a preflight saw, as a document for people and as JSON for machines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from aem_mail.model import Kind
from aem_mail.preflight.step import Step, Verdict
from aem_mail.preflight.target import Seen, Target
from aem_mail.reports.document import Block, Document, Heading, Items, Paragraph, Table
from aem_mail.words import counted

SCHEMA_VERSION: Final = 1
VANTAGE: Final = (
    "Seen from this machine, which is not AEM: AEM leaves by its program's network infrastructure, with another address, other resolvers "
    "and other firewalls. What fails here may work there, and the other way round."
)
QUIET: Final = (Verdict.OK,)


def to_document(seen: Sequence[Seen]) -> Document:
    """Write the report for people."""
    blocks = [block for one in seen for block in _blocks(one)]
    return [Heading("aem-mail preflight", 1), Paragraph(VANTAGE), *blocks, Paragraph(_summary(seen))]


def to_json(seen: Sequence[Seen]) -> dict[str, Any]:
    """Write the report for machines."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "seenFrom": "this machine, not AEM",
        "summary": _counts(seen),
        "targets": [
            {
                "smtp": {"host": one.target.host, "port": one.target.port},
                "fromDomain": one.target.from_domain,
                "egress": {"host": one.target.egress_host, "addresses": _addresses(one)},
                "steps": [_step(step) for step in one.steps],
            }
            for one in seen
        ],
    }


def _blocks(one: Seen) -> Iterator[Block]:
    yield Heading(str(one.target))
    way_out = _way_out(one.target)
    if way_out:
        yield Paragraph(way_out)
    rows = tuple((step.asked, step.answer, str(step.verdict), ", ".join(step.checks)) for step in one.steps)
    yield Table(("asked", "answer", "verdict", "checks"), rows)
    told = tuple(_told(step) for step in one.steps if step.verdict not in QUIET or step.mend)
    if told:
        yield Items(told)


def _way_out(target: Target) -> str:
    match target.kind:
        case Kind.VPN:
            return "AEM reaches this server through a VPN, with the VPN's resolvers; this machine does not."
        case Kind.DEDICATED_EGRESS_IP:
            return "AEM comes to this server from a dedicated egress IP; this machine does not."
    return ""


def _told(step: Step) -> str:
    text = " ".join(filter(None, (step.effect, step.mend))) or step.answer
    return f"{step.asked}: {text}"


def _addresses(one: Seen) -> list[str] | None:
    return None if one.facts.egress_addresses is None else list(one.facts.egress_addresses)


def _step(step: Step) -> dict[str, Any]:
    return {
        "asked": step.asked,
        "answer": step.answer,
        "verdict": str(step.verdict),
        "checks": list(step.checks),
        "effect": step.effect,
        "mend": step.mend,
    }


def _summary(seen: Sequence[Seen]) -> str:
    counts = _counts(seen)
    return f"{counts['failed']} failed, {counts['timedOut']} timed out, {counted(counts['warnings'], 'warning')}."


def _counts(seen: Sequence[Seen]) -> dict[str, int]:
    found = Counter(step.verdict for one in seen for step in one.steps)
    return {"failed": found[Verdict.FAILED], "timedOut": found[Verdict.TIMED_OUT], "warnings": found[Verdict.WARNING]}
