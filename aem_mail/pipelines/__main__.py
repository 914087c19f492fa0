"""`python -m aem_mail.pipelines`: the steps of the pipelines.

Exit codes: 0 done, 2 not what was reviewed, 3 wrong use, 10 no permission, 30 GitHub or GitLab failed, 40 still locked.
`with-stack-lock` and `drift-issue` hand on the exit code of the command that they are about.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from aem_mail.errors import AemMailError
from aem_mail.files import read_bytes
from aem_mail.pipelines import comment, drift_issue, review
from aem_mail.pipelines.errors import NothingKnown, WrongUse
from aem_mail.pipelines.persistence import persist
from aem_mail.pipelines.report import LARGEST_FILE, read_changes, read_reports
from aem_mail.pipelines.stack_lock import run_unlocked
from aem_mail.pipelines.surroundings import surroundings
from aem_mail.text.streams import complain, run_printing


def main(argv: Sequence[str] | None = None) -> int:
    """Run one step; returns its exit code, 1 where standard output is full or closed."""
    return run_printing(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    args = _parser().parse_args(argv)
    step: Callable[[argparse.Namespace], int] = args.step
    try:
        return step(args)
    except AemMailError as error:
        complain(str(error))
        return error.code if isinstance(error, NothingKnown) else error.exit_code


def _comment(args: argparse.Namespace) -> int:
    around = surroundings(os.environ)
    change = around.change
    if change is None:
        raise WrongUse("This pipeline is about no pull request: set PULL_REQUEST (GitHub), or run it for a merge request (GitLab).")
    reports = read_reports(args.reports)
    body = comment.body_of(reports, commit=around.commit, run=around.run, limit=around.forge.longest_body)
    print(f"Comment of number {change}: {persist(lambda: comment.upsert(around.forge, change, body))}.")
    return 0


def _reviewed(args: argparse.Namespace) -> int:
    around = surroundings(os.environ)
    changes = read_changes(args.plan)
    print(persist(lambda: review.verify(around.forge, around.commit, args.stack, args.tree, changes)))
    return 0


def _drift_issue(args: argparse.Namespace) -> int:
    around = surroundings(os.environ)
    report = read_bytes(args.report, LARGEST_FILE).decode("utf-8", "replace")
    print(f"Issue of drift: {persist(lambda: drift_issue.settle(around.forge, args.code, report, around.run))}.")
    return 0


def _with_stack_lock(args: argparse.Namespace) -> int:
    command = args.command[1:] if args.command[:1] == ["--"] else args.command
    if not command:
        raise WrongUse("with-stack-lock needs a command, such as: with-stack-lock -- pulumi up --yes")
    return run_unlocked(command, args.patience)


class _Steps(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WrongUse.exit_code, f"{self.prog}: error: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Steps(prog="python -m aem_mail.pipelines", description="The steps of the pipelines for aem-mail.")
    steps = parser.add_subparsers(metavar="step", required=True)

    each = steps.add_parser("comment", help="show the plans of all stacks in one comment of the pull request")
    each.add_argument("--reports", type=Path, required=True, metavar="DIR", help="folder with <stack>.md, .json, .exit and .tree")
    each.set_defaults(step=_comment)

    each = steps.add_parser("reviewed", help="pass only if the pull request that was merged showed this plan")
    each.add_argument("--stack", required=True)
    each.add_argument("--plan", type=Path, required=True, metavar="FILE", help="what `aem-mail plan --save-json` wrote")
    each.add_argument("--tree", required=True, metavar="HASH", help="Git's hash of the project's folder")
    each.set_defaults(step=_reviewed)

    each = steps.add_parser("drift-issue", help="open, edit or close the one issue about drift")
    each.add_argument("--code", type=int, required=True, metavar="N", help="exit code of `aem-mail drift`")
    each.add_argument("--report", type=Path, required=True, metavar="FILE", help="its report, in Markdown")
    each.set_defaults(step=_drift_issue)

    each = steps.add_parser("with-stack-lock", help="run a command of Pulumi; wait while the stack is locked")
    each.add_argument("--patience", type=float, default=3600.0, metavar="SECONDS", help="how long to wait for the lock (default 3600)")
    each.add_argument("command", nargs=argparse.REMAINDER, metavar="-- command")
    each.set_defaults(step=_with_stack_lock)
    return parser


if __name__ == "__main__":
    sys.exit(main())
