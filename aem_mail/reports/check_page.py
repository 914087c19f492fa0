"""What a run of the checks found, as a page."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from aem_mail.checks import CHECKS, Severity
from aem_mail.checks.checked import Checked
from aem_mail.checks.ignores import Judged, counted
from aem_mail.checks.matrix import Cell, Matrix, Standing
from aem_mail.errors import AemMailError
from aem_mail.reports import page
from aem_mail.reports.check import decision_text
from aem_mail.reports.mail_path import NARROW, WIDE, MailPath, to_svg

LEVELS: Final = {Severity.ERROR: page.Level.ERROR, Severity.WARNING: page.Level.WARNING, Severity.INFO: page.Level.INFO}


def to_page(checked: Sequence[Checked], matrices: Sequence[Matrix], made: datetime) -> page.Page:
    """Write the report as a page, one group for each environment."""
    groups = page.worst_first(group_of(one) for one in checked)
    tables = tuple(map(table_of, matrices))
    return page.Page("aem-mail check", _verdict(checked), made, groups, tables=tables, tables_title=f"Parity of {len(tables)} programs")


def group_of(one: Checked) -> page.Group:
    """Return one environment's group."""
    return page.Group(
        f"environment {one.environment.environment_id}",
        f"program {one.environment.program_id}",
        tuple(filter(None, one.labels)),
        tuple(map(entry_of, one.judged)) if one.unread is None else (_unread(one.unread),),
        tuple(map(picture_of, one.paths)),
        passed=tuple(_passed(one)) if one.unread is None else (),
        skipped=tuple(page.Skipped(_name(id_), f"without {lacks}") for id_, lacks in one.not_run),
    )


def entry_of(judged: Judged) -> page.Entry:
    """Return the entry of a finding; an error that counts is a failure."""
    finding = judged.finding
    failed = page.Outcome.FAILURE if finding.severity is Severity.ERROR else page.Outcome.PASSED
    return page.Entry(
        finding.id,
        _name(finding.id),
        LEVELS[finding.severity],
        failed if judged.ignored is None else page.Outcome.SKIPPED,
        CHECKS[finding.id].title,
        finding.where,
        finding.effect,
        finding.mend,
        decision_text(judged),
    )


def picture_of(path: MailPath) -> page.Picture:
    """Return the drawing of a mail path, for both widths."""
    return page.Picture(path.title, to_svg(path, WIDE, standalone=False), to_svg(path, NARROW, standalone=False))


def table_of(matrix: Matrix) -> page.Table:
    """Return the table of a program's environments."""
    header = ("", *map(str, matrix.environments))
    rows = tuple((page.Cell(row.thing), *map(_cell, row.cells)) for row in matrix.rows)
    return page.Table(f"Parity of the environments of program {matrix.program_id}", header, rows)


def _verdict(checked: Sequence[Checked]) -> str:
    stopped, unread = sum(counted(one.judged, Severity.ERROR) > 0 for one in checked), sum(one.unread is not None for one in checked)
    if not stopped and unread:
        return f"Nothing was found that stops the mail, but {unread} of {len(checked)} environments could not be read."
    if not stopped:
        return "Nothing was found that stops the mail."
    of = "The environment" if len(checked) == 1 else f"{stopped} of {len(checked)} environments"
    return f"{of} would send no mail, or not the one that was meant."


def _cell(cell: Cell) -> page.Cell:
    text = {None: "missing" if cell.standing is Standing.MISSING else "–", "": "empty"}.get(cell.text, cell.text) or ""
    if cell.meant is not None:
        return page.Cell(text, None, f"meant until {cell.meant.expires}: {cell.meant.reason} ({cell.meant.owner})")
    levels = {Standing.MISSING: page.Level.WARNING, Standing.DIFFERS: page.Level.INFO}
    return page.Cell(text, levels.get(cell.standing), "differs" if cell.standing is Standing.DIFFERS else "")


def _unread(error: AemMailError) -> page.Entry:
    title = "It could not be read, so nothing is known of it"
    return page.Entry("unread", "not read", page.Level.ERROR, page.Outcome.ERROR, title, text=str(error))


def _passed(one: Checked) -> Iterator[str]:
    found = {judged.finding.id for judged in one.judged} | {id_ for id_, _ in one.not_run}
    return (_name(id_) for id_ in CHECKS if id_ not in found)


def _name(id_: str) -> str:
    return f"{id_}: {CHECKS[id_].title}"
