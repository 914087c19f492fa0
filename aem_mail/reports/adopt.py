"""The report of an adoption: a document for people, JSON for machines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.adopt.adoption import Adoption
from aem_mail.adopt.mail import Mail
from aem_mail.adopt.steps import NextStep, next_steps, secret_steps
from aem_mail.reports.document import Block, Document, Paragraph, section
from aem_mail.reports.mail_path.model import State

SCHEMA_VERSION: Final = 1
DESTROYING: Final = (
    "From then on the stack manages what it has adopted: `pulumi destroy` would remove the rules and variables, and leave the network "
    "infrastructure and advanced networking as they are."
)


@dataclass(frozen=True, slots=True)
class Written:
    """One file: its path, what is in it, and whether it was written or had that content already."""

    path: str
    purpose: str
    written: bool = True


@dataclass(frozen=True, slots=True)
class AdoptionReport:
    """What was found, and which files say so."""

    adoption: Adoption
    stack: str
    files: tuple[Written, ...]
    folder: str = "."

    @property
    def steps(self) -> list[NextStep]:
        return [] if self.adoption.is_empty else next_steps(self.adoption, self.stack)


def to_document(report: AdoptionReport) -> Document:
    """Return the report as a document."""
    adoption = report.adoption
    ids = adoption.environment
    title = f"Environment {ids.environment_id} of program {ids.program_id}"
    return Document(title, tuple(_blocks(report)), _summary(adoption), to_json(report))


def to_json(report: AdoptionReport) -> dict[str, Any]:
    """Return the report as docs/adopt.md describes it."""
    adoption = report.adoption
    return {
        "schemaVersion": SCHEMA_VERSION,
        "programId": adoption.environment.program_id,
        "environmentId": adoption.environment.environment_id,
        "stack": report.stack,
        "mailEgress": None if adoption.mail is None else _mail(adoption.mail),
        "resources": [{"kind": one.kind, "name": one.name} for one in adoption.resources],
        "notDeclared": [{"what": one.what, "reason": one.reason} for one in adoption.left],
        "notes": list(adoption.notes),
        "files": [{"path": one.path, "purpose": one.purpose, "written": one.written} for one in report.files],
        "nextSteps": [_step(one) for one in report.steps],
        "secrets": [_step(one) for one in secret_steps(adoption)],
    }


def _blocks(report: AdoptionReport) -> Iterator[Block]:
    adoption = report.adoption
    yield from section("To know", adoption.notes)
    yield from section("Not declared", [str(one) for one in adoption.left], State.WARNING)
    if adoption.is_empty:
        yield Paragraph("Nothing was written.")
        return
    yield from section("Files", [f"{one.path}: {one.purpose}{'' if one.written else ' (unchanged)'}" for one in report.files])
    yield from section("Next" if report.folder == "." else f"Next, in {report.folder}", _sentences(report.steps))
    yield from section("Later, to give secrets a value, which the next `pulumi up` writes", _sentences(secret_steps(adoption)))
    yield Paragraph(DESTROYING)


def _mail(mail: Mail) -> dict[str, Any]:
    return {"portOrig": mail.rule.port_orig, "services": mail.own_services()}


def _summary(adoption: Adoption) -> str:
    if adoption.is_empty:
        return "nothing to adopt"
    number = len(adoption.resources)
    resources = f"{number} resource{'s' if number != 1 else ''}"
    if adoption.mail is None:
        return f"declared as {resources}"
    return "declared as one MailEgress" + (f" and {resources}" if number else "")


def _sentences(steps: Sequence[NextStep]) -> Iterator[str]:
    return (f"`{one.command}`: {one.purpose}" for one in steps)


def _step(step: NextStep) -> dict[str, str]:
    return {"command": step.command, "purpose": step.purpose}
