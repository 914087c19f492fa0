"""The table of decisions in `docs/simulator.md`; all around it is written by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from aem_mail.simulator.decisions import Decision, decisions

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "simulator.md"
BEGINS: Final = "<!-- decisions: aem_mail/simulator/decisions.yaml -->\n"
ENDS: Final = "<!-- end -->\n"


def page() -> str:
    """Return the page with the table as the data has it."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return "".join([before, BEGINS, *(f"{line}\n" for line in table()), ENDS, after])


def table() -> Iterator[str]:
    """Yield the table's lines: a list, whose cases are short enough to be read as one."""
    for one in decisions():
        yield f"- **{one.case}**: {one.answer} ({_evidence(one)})"


def _evidence(one: Decision) -> str:
    return f"[{one.read}]({one.document})" if one.is_proven else "unproven"
