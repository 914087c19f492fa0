"""What a preflight saw, as a document for people and as JSON for machines."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aem_mail.model import Kind
from aem_mail.preflight.step import Step, StepVerdict
from aem_mail.preflight.target import Seen, Target, exit_code
from aem_mail.reports.document import Block, Cell, Document, Heading, Items, Paragraph, Table
from aem_mail.reports.mail_path.model import State
from aem_mail.text.words import counted

SCHEMA_VERSION: Final = 2
VANTAGE: Final = (
    "Seen from this machine, which is not AEM: AEM leaves by its program's network infrastructure, with another address, other resolvers "
    "and other firewalls. What fails here may work there, and the other way round."
)
LEVELS: Final[Mapping[StepVerdict, State]] = {
    StepVerdict.OK: State.OK,
    StepVerdict.INFO: State.INFO,
    StepVerdict.WARNING: State.WARNING,
    StepVerdict.FAILED: State.ERROR,
    StepVerdict.TIMED_OUT: State.ERROR,
    StepVerdict.NOT_TRIED: State.UNKNOWN,
}


def to_document(seen: Sequence[Seen]) -> Document:
    """Write the report for people."""
    blocks = (block for one in seen for block in _blocks(one))
    return Document(
        "aem-mail preflight", (Paragraph(VANTAGE), *blocks, Paragraph(_summary(seen))), data=to_json(seen), exit_code=exit_code(seen)
    )


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
    vantage = _vantage(one.target)
    if vantage:
        yield Paragraph(vantage)
    yield Table(("asked", "answer", "verdict", "checks"), tuple(map(_row, one.steps)))
    told = tuple(_told(step) for step in one.steps if step.verdict is not StepVerdict.OK or step.fix)
    if told:
        yield Items(told)


def _vantage(target: Target) -> str:
    match target.kind:
        case Kind.VPN:
            return "AEM reaches this server through a VPN, with the VPN's resolvers; this machine does not."
        case Kind.DEDICATED_EGRESS_IP:
            return "AEM comes to this server from a dedicated egress IP; this machine does not."
    return ""


def _row(step: Step) -> tuple[Cell, ...]:
    return Cell(step.asked), Cell(step.answer), Cell(step.verdict, LEVELS[step.verdict]), Cell(", ".join(step.checks))


def _told(step: Step) -> str:
    text = " ".join(filter(None, (step.effect, step.fix))) or step.answer
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
        "fix": step.fix,
    }


def _summary(seen: Sequence[Seen]) -> str:
    counts = _counts(seen)
    return f"{counts['failed']} failed, {counts['timedOut']} timed out, {counted(counts['warnings'], 'warning')}."


def _counts(seen: Sequence[Seen]) -> dict[str, int]:
    found = Counter(step.verdict for one in seen for step in one.steps)
    return {"failed": found[StepVerdict.FAILED], "timedOut": found[StepVerdict.TIMED_OUT], "warnings": found[StepVerdict.WARNING]}
