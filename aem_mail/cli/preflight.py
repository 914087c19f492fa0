"""`aem-mail preflight`: what this machine sees of the mail server and of the sender's domain. Not AEM's path, and said so."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aem_mail.checks.egress import egress_host
from aem_mail.cli import arguments, output
from aem_mail.cli.subjects import Selection, find_subjects
from aem_mail.errors import InvalidInput, Problem, missing_extra
from aem_mail.resources.base.reference import NotReadable, resolve
from aem_mail.stack.project_folder import project_folder

if TYPE_CHECKING:
    from aem_mail.preflight import Login, PreflightOptions, Target

COMMAND = "aem-mail preflight"
NAME_ONE = "name one with --smtp HOST:PORT"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Ask DNS, TCP, TLS and SMTP what AEM would ask, as far as the login and no further, and DNS for SPF, DKIM and DMARC "
        "of the domain that mail is from. All of it from this machine, which is not AEM's path: docs/preflight.md says what that proves. "
        "Sends no mail and changes nothing. Exit code 0: nothing failed, 2: a step failed, 3: bad input, 40: a time-out."
    )
    parser.allow_abbrev = False  # so that --password is no option, with a password behind it
    arguments.add_stack(parser)
    parser.add_argument("--environment", metavar="E", help="of the stack's environments only this one")
    parser.add_argument("--smtp", type=arguments.endpoint, metavar="HOST:PORT", help="the mail server (default: as the stack declares)")
    parser.add_argument("--tls", choices=("implicit", "starttls"), help="how TLS begins (default: as declared, else as the port has it)")
    parser.add_argument("--from-address", type=arguments.domain, metavar="ADDRESS", help="the sender (default: as the stack declares)")
    parser.add_argument("--egress-of", metavar="P", help="with --smtp: the program whose dedicated egress IP is looked up")
    parser.add_argument("--dkim-selector", action="append", default=[], type=arguments.selector, metavar="S", help="a DKIM key to look for")
    parser.add_argument("--login", action="store_true", help="log in once, over verified TLS only; with --user and --password-from")
    parser.add_argument("--user", metavar="U", help="whom to log in as")
    parser.add_argument("--user-from", metavar="REF", help="the same, as env:NAME or file:PATH")
    parser.add_argument("--password-from", metavar="REF", help="the password, as env:NAME or file:PATH")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="trust these authorities (PEM) instead of this machine's")
    parser.add_argument(
        "--resolver", type=arguments.resolver, metavar="ADDRESS[:PORT]", help="the name server to ask (default: this machine's)"
    )
    parser.add_argument("--warn-days", type=int, default=30, metavar="N", help="warn of certificates that end sooner (default 30)")
    parser.add_argument("--timeout", type=arguments.seconds, default=10.0, metavar="S", help="seconds for each step (default 10)")
    parser.add_argument("--deadline", type=arguments.seconds, default=60.0, metavar="S", help="seconds for all of them (default 60)")
    output.add_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what is seen. Raises InvalidInput, and EngineFailed where a stack is to be read."""
    try:
        from aem_mail.preflight import preflight  # noqa: PLC0415 - heavy, and not installed with the provider alone
        from aem_mail.reports.preflight import to_document  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise InvalidInput(COMMAND, [missing_extra(error, "preflight")]) from error

    options = _options(args)
    seen = [asyncio.run(preflight(target, options)) for target in _targets(args)]
    return output.show(args.output, to_document(seen))


def _targets(args: argparse.Namespace) -> list[Target]:
    from aem_mail.preflight.declared import targets_of, with_options  # noqa: PLC0415
    from aem_mail.preflight.target import Target, tls_of  # noqa: PLC0415

    if args.smtp is not None:
        host, port = args.smtp
        found = [Target(host, port, tls=tls_of(port), egress_host=egress_host(args.egress_of) if args.egress_of else None)]
    else:
        selection = Selection(COMMAND, environment=args.environment, offline=True, instead=NAME_ONE)
        found = targets_of(find_subjects(selection, arguments.stack_of(args), datetime.now(UTC).date()).subjects.values())
    if not found:
        raise InvalidInput(COMMAND, [Problem("", f"the stack declares no mail server; {NAME_ONE}")])
    return [with_options(target, args.from_address, args.tls, tuple(args.dkim_selector)) for target in found]


def _options(args: argparse.Namespace) -> PreflightOptions:
    from aem_mail.preflight.target import PreflightOptions  # noqa: PLC0415

    return PreflightOptions(args.timeout, args.deadline, args.warn_days, args.resolver, args.ca_file, _login(args))


def _login(args: argparse.Namespace) -> Login | None:
    from aem_mail.preflight.target import Login  # noqa: PLC0415

    given = [name for name in ("user", "user_from", "password_from") if getattr(args, name) is not None]
    if not args.login:
        if given:
            raise InvalidInput(COMMAND, [Problem(_option(given[0]), "works with --login only")])
        return None
    problems = []
    if (args.user is None) == (args.user_from is None):
        problems.append(Problem("--user", "is missing; --login needs either --user or --user-from"))
    if args.password_from is None:
        problems.append(Problem("--password-from", "is missing; name env:NAME or file:PATH, since others can read a command's arguments"))
    if problems:
        raise InvalidInput(COMMAND, problems)
    user = args.user if args.user is not None else _secret(args, "user_from")
    return Login(user, _secret(args, "password_from"))


def _secret(args: argparse.Namespace, name: str) -> str:
    try:
        return resolve(getattr(args, name), project_folder(args.cwd))
    except NotReadable as error:
        raise InvalidInput(COMMAND, [Problem(_option(name), str(error))]) from None


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
