"""Entry point of `aem-mail`: find the command, run it, turn what it raises into one line and an exit code.

Exit codes: 0 clean, 2 drift, a failed check or a mail not delivered, 3 bad input and wrong usage, 10 authentication or
permission, 30 the API or the engine failed, 40 time-out, 1 anything else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from typing import NoReturn

from aem_mail.characters import visible_lines
from aem_mail.errors import AemMailError
from aem_mail.streams import complain, run_printing

_COMMANDS = ("adopt", "check", "drift", "explain", "osgi", "plan", "preflight", "send", "simulate")
"""Each a module of this package, loaded where it is wanted: together they cost a fifth of a second."""
WRONG_USAGE = 3
INTERRUPTED = 1


class Parser(argparse.ArgumentParser):
    """argparse, with 3 as the exit code of wrong usage, since 2 means drift here."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WRONG_USAGE, f"{self.prog}: error: {visible_lines(message)}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code, 1 where standard output is full or closed. Wrong usage and `--help` leave by `SystemExit`."""
    if isinstance(sys.stdout, TextIOWrapper):
        # Whatever a terminal's encoding lacks is shown by its number, rather than ending the command in the middle of its report.
        sys.stdout.reconfigure(errors="backslashreplace")
    return run_printing(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    given = sys.argv[1:] if argv is None else argv
    args = _parser(given[0] if given and given[0] in _COMMANDS else None).parse_args(given)
    try:
        code = args.run(args)
    except AemMailError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    return int(code)


def _parser(only: str | None = None) -> Parser:
    """Return the parser of one command, or of all of them."""
    parser = Parser(prog="aem-mail", description="E-mail for AEM as a Cloud Service, declared with Pulumi.")
    parser.add_argument("--version", action="version", version=f"aem-mail {version('aem-mail')}")
    commands = parser.add_subparsers(metavar="command", required=True, dest="command")
    for name in _COMMANDS if only is None else (only,):
        import_module(f"aem_mail.cli.{name}").add_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
