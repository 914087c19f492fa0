"""Entry point of `aem-mail`: find the command, run it, turn what it raises into one line and an exit code.

Exit codes: 0 clean, 2 drift, a failed check or a mail not delivered, 3 bad input and wrong usage, 10 authentication or
permission, 30 the API or the engine failed, 40 time-out, 1 anything else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Final, NoReturn

from aem_mail.errors import AemMailError
from aem_mail.text.characters import visible_lines
from aem_mail.text.streams import complain, run_printing, write_as_utf8

_GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "declare and change": {
        "init": "make a Pulumi project for the environments of a program",
        "adopt": "write what declares an environment that is there already",
        "plan": "show what `pulumi up` or `destroy` would change and what that costs",
        "osgi": "OSGi configurations, as AEM reads them",
    },
    "look and judge": {
        "check": "say whether mail will arrive, and what blocks it",
        "preflight": "look at the mail server and the sender's domain from this machine, which is not AEM's path",
        "drift": "say what is live that the stacks have not recorded so",
        "explain": "say what the answer of a mail server or of Cloud Manager means",
    },
    "simulate and prove": {
        "simulate": "simulate Cloud Manager, its token endpoint and the path of an e-mail",
        "send": "send a message as AEM would, on the simulator",
    },
}
_COMMANDS: Final[Mapping[str, str]] = {name: text for group in _GROUPS.values() for name, text in group.items()}
"""Each a module of this package, loaded where it is wanted: help and version need none of them."""
WRONG_USAGE = 3
INTERRUPTED = 1


class Help(argparse.HelpFormatter):
    """argparse's help, whose usage names what cannot be left out, and no option that follows below anyway."""

    def add_usage(self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None) -> None:
        needed = [one for one in actions if one.required or not one.option_strings]
        # Without a prefix this is no usage, but how the name of a command's command begins.
        shown = needed if prefix == "" else [argparse.Action(["[options]"], "", nargs=0, required=True), *needed]
        super().add_usage(usage, shown, groups, prefix)


class Parser(argparse.ArgumentParser):
    """argparse, with 3 as the exit code of wrong usage, since 2 means drift here."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"formatter_class": Help, **given})
        self.set_defaults(run=self._show_help)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WRONG_USAGE, f"{self.prog}: error: {visible_lines(message)}\n")

    def _show_help(self, _: argparse.Namespace) -> int:
        self.print_help()
        return 0


class CommandLine(Parser):
    """The parser of all commands, whose help lists them in their groups."""

    def format_help(self) -> str:
        shown = Help(self.prog)
        shown.add_usage("%(prog)s command ...", (), ())
        shown.add_text(self.description)
        for title, commands in _GROUPS.items():
            shown.start_section(title)
            for name, text in commands.items():
                shown.add_argument(argparse.Action([], name, help=text))
            shown.end_section()
        shown.add_text(
            f"`{self.prog} command --help` has the options of a command, `{self.prog} --version` the version, and "
            f"`{self.prog} --print-completion bash` what completes them in a shell (zsh, fish and tcsh too)."
        )
        return shown.format_help()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code, 1 where standard output is full or closed. Wrong usage and `--help` leave by `SystemExit`."""
    write_as_utf8(sys.stdout)
    if isinstance(sys.stdout, TextIOWrapper):
        # Whatever a terminal's encoding lacks is shown by its number, rather than ending the command in the middle of its report.
        sys.stdout.reconfigure(errors="backslashreplace")
    return run_printing(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    given = sys.argv[1:] if argv is None else argv
    args = _parser(given[:1]).parse_args(given)
    try:
        code = _print_completion(args.print_completion) if args.print_completion else args.run(args)
    except AemMailError as error:
        complain(_in_options(str(error)) if isinstance(getattr(args, "program", None), str) else str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    return int(code)


def _print_completion(shell: str) -> int:
    from aem_mail.cli.completion import script  # noqa: PLC0415 - once in a user's life

    print(script(_parser(tuple(_COMMANDS)), shell))
    return 0


def _in_options(message: str) -> str:
    from aem_mail.settings.surface import on_command_line  # noqa: PLC0415 - a fifth of what a command takes to start

    return on_command_line(message)


def _parser(wanted: Sequence[str]) -> CommandLine:
    """Return the parser that knows every command's name, and the options of those that are ``wanted``."""
    parser = CommandLine(prog="aem-mail", description="E-mail for AEM as a Cloud Service, declared with Pulumi.")
    parser.add_argument("--version", action=_Version, help="show program's version number and exit")
    parser.add_argument("--print-completion", metavar="SHELL", help="print what completes commands and options in a shell")
    commands = parser.add_subparsers(metavar="command", dest="command", parser_class=Parser)
    for name, text in _COMMANDS.items():
        command = commands.add_parser(name, help=text)
        if name in wanted:
            import_module(f"aem_mail.cli.{name}").configure(command)
    return parser


class _Version(argparse.Action):
    """Prints the version, which is looked up only where it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str) -> None:  # noqa: A002 - argparse's name
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version  # noqa: PLC0415 - a tenth of a command's start

        print(f"{parser.prog} {version('aem-mail')}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
