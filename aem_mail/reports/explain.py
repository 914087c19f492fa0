"""What is known of a mail server's answer: as a document, and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from aem_mail.checks import CHECKS
from aem_mail.presets import Explanation
from aem_mail.reports.document import Block, Document, Items, Paragraph

SCHEMA_VERSION: Final = 2


def to_document(found: Sequence[Explanation]) -> Document:
    """Return the explanations as a document."""
    return Document("aem-mail explain", tuple(block for one in found for block in _blocks(one)), data=_to_json(found))


def _blocks(one: Explanation) -> Iterator[Block]:
    yield Paragraph(f"{one.meaning} {one.fix} ({one.source})")
    if one.checks:
        yield Items(tuple(f"{id_}: {CHECKS[id_].title}" for id_ in one.checks))


def _to_json(found: Sequence[Explanation]) -> dict[str, Any]:
    entries = [{"meaning": one.meaning, "fix": one.fix, "checks": list(one.checks), "source": one.source} for one in found]
    return {"schemaVersion": SCHEMA_VERSION, "explanations": entries}
