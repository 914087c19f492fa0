"""`aem-mail plan`: what `pulumi up` would change, and what that costs, before anything is changed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from aem_mail.cli import arguments, files, live, output, references
from aem_mail.cli.connection import connection_of
from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import FileUnusable, read_bytes
from aem_mail.kinds import Scope, thing
from aem_mail.kinds.requests import Operation
from aem_mail.plan.changes import Change, changes_of, recorded_states
from aem_mail.plan.gates import Gates
from aem_mail.plan.order import by_entry
from aem_mail.plan.plan import Asked, Findings, make_plan
from aem_mail.plan.rehearsal import Dependencies
from aem_mail.plan.world import recorded_world
from aem_mail.reports.json import to_json
from aem_mail.reports.plan import to_document
from aem_mail.settings.keys import PREFIX
from aem_mail.stack.command import width
from aem_mail.stack.export import package_of
from aem_mail.stack.preview import DELETIONS, Preview, Urns
from aem_mail.stack.project_folder import project_folder
from aem_mail.stack.recorded import RecordedResource
from aem_mail.stack.stack import Stack
from aem_mail.stack.tokens import stack_name, whole_urn

LARGEST_FILE: Final = 1 << 20
INTERRUPTED: Final = "interrupted while creating"
"""What Pulumi says of a creation that it has not seen the end of."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Preview a stack and say what it costs: changes of infrastructure, advanced networking and variables, restarts and "
        "minutes. Writes nothing. Exit code 0: the plan passes, 2: a limit is exceeded or something blocks the change, 10: no "
        "permission, 30: the preview or Cloud Manager failed."
    )
    arguments.add_stack(parser)
    parser.add_argument("--refresh", action="store_true", help="read what is live first, so that drift is part of the plan")
    parser.add_argument("--destroy", action="store_true", help="plan `pulumi destroy` instead of `pulumi up`")
    parser.add_argument("--max-restarts", type=_limit, metavar="N", help="exit with 2 if environments restart more than N times in all")
    parser.add_argument("--max-minutes", type=_limit, metavar="N", help="exit with 2 if it takes more than N minutes")
    parser.add_argument(
        "--refuse-takeover", action="store_true", help="exit with 2 if it would overwrite what is there and this stack has not recorded"
    )
    parser.add_argument("--save-plan", type=Path, metavar="FILE", help="keep the preview's plan, to which `pulumi up --plan FILE` keeps")
    parser.add_argument("--save-json", type=Path, metavar="FILE", help="also write the report as JSON to this file")
    output.add_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the plan; raises EngineFailed where the preview fails, and InvalidInput for a project or stack that is not there."""
    chosen = arguments.stack_of(args)
    preview, declared = _preview(args, chosen)
    changes = changes_of(preview.steps)
    findings = _findings(chosen, preview, changes)
    unread = references.unread(preview, project_folder(chosen.folder))
    plan = make_plan(
        _name(args.stack, preview),
        references.without_their_warnings(preview, unread),
        changes,
        replace(findings, notes=(*findings.notes, *references.note(unread))),
        refreshed=args.refresh,
        destroys=args.destroy,
        gates=Gates(args.max_restarts, args.max_minutes, args.refuse_takeover),
        width=width(os.environ),
        dependencies=_dependencies(chosen, preview, changes, declared),
        cut_off=_cut_off(chosen, preview),
    )
    document = to_document(plan)
    if args.save_json is not None:
        files.write_privately(args.save_json, "--save-json", to_json(document.data).encode())
    return output.show(args.output, document)


def _preview(args: argparse.Namespace, chosen: Stack) -> tuple[Preview, Urns]:
    if not args.destroy:
        try:
            return chosen.preview(refresh=args.refresh, save_plan=args.save_plan)
        except FileUnusable as error:
            raise files.unusable("--save-plan", error) from None
    if args.save_plan is not None:
        raise InvalidInput("aem-mail plan", [Problem("--save-plan", "cannot be given with --destroy: Pulumi keeps plans of `up` alone")])
    return chosen.preview_of_destroy(refresh=args.refresh), {}


def _findings(chosen: Stack, preview: Preview, changes: Sequence[Change]) -> Findings:
    recorded = replace(recorded_world(recorded_states(preview.steps), changes), files=_files(project_folder(chosen.folder), changes))
    if all(change.kept or change.scope is Scope.PROJECT for change in changes):
        return Findings(recorded, Asked.NOTHING_TO_ASK)
    try:
        connection = connection_of(
            chosen, {key.removeprefix(PREFIX) for key in preview.config or {} if key.startswith(PREFIX)}, by_now=True
        )
    except InvalidInput as error:
        return Findings(recorded, Asked.NO_CREDENTIALS, f"{error}.")
    return live.findings_of(connection, changes, recorded)


def _files(project: Path, changes: Sequence[Change]) -> dict[str, str]:
    """Read the OSGi configurations that are there already and that a new resource may overwrite; one that cannot be read says nothing."""
    paths = [thing(one.kind, one.wanted) for one in changes if one.scope is Scope.PROJECT and one.operation is Operation.CREATE]
    found = {}
    for path in paths:
        with suppress(FileUnusable):
            found[path] = read_bytes(project / path, LARGEST_FILE).decode("utf-8", "surrogateescape")
    return found


def _dependencies(chosen: Stack, preview: Preview, changes: Sequence[Change], declared: Urns) -> Dependencies:
    """Return who waits for whom; the state is asked only where several deletions could."""
    several = sum(change.operation is Operation.DELETE and not change.kept for change in changes) > 1
    condemned = {whole_urn(step.urn) for step in preview.steps if step.operation in DELETIONS}
    packages = {package_of(step.type) for step in preview.steps if step.operation not in DELETIONS}
    recorded = chosen.export().dependencies_among(condemned, packages) if several else {}
    urns = [step.urn for step in preview.steps]
    return Dependencies(by_entry(declared, urns), by_entry(recorded, urns))


def _cut_off(chosen: Stack, preview: Preview) -> Sequence[RecordedResource]:
    """Return what an interrupted run left without a record of its own; the state is asked only where there is a sign of that."""
    if not preview.handed_over and not any(INTERRUPTED in one.message for one in preview.diagnostics):
        return ()
    recorded = chosen.recorded()
    return [*(one.resource for one in recorded.pending), *recorded.handed_over]


def _name(given: str | None, preview: Preview) -> str:
    """Return the stack's name, which is part of every URN."""
    return stack_name((step.urn for step in preview.steps), given or "")


def _limit(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a limit is a whole number, 0 or more, not {text!r}")
    return int(text)
