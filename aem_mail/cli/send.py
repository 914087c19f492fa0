"""`aem-mail send`: let the simulator's AEM send one message, as the stack or the options say; 0 delivered, 2 not, 30 no simulator."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from aem_mail.checks.declared import rendered_files
from aem_mail.checks.subject import TIERS
from aem_mail.cli import arguments
from aem_mail.cli.declaration import StackDeclaration, stated
from aem_mail.cli.shells import taking
from aem_mail.cloud_manager.outcome import Answered, Lost, NotJson, decode
from aem_mail.cloud_manager.wire import open_wire
from aem_mail.errors import InvalidInput, NoAnswer, Problem
from aem_mail.files import is_directory
from aem_mail.model import EnvironmentId
from aem_mail.model.loopback import is_on_loopback
from aem_mail.settings.connection import VARIABLES, find
from aem_mail.stack.project_folder import project_folder
from aem_mail.text.characters import visible
from aem_mail.text.words import listed

BASE_URL_VARIABLE: Final = VARIABLES["baseUrl"]
START: Final = (
    f"Start one with `{taking('aem-mail simulate --env')}`, or set {BASE_URL_VARIABLE} to the url that `aem-mail simulate` prints"
)
LOOK_FURTHER: Final = ("`aem-mail check` looks for the cause, and `aem-mail explain` says what an answer of a mail server means.",)
DELIVERED, NOT_DELIVERED = 0, 2
SCHEMA_VERSION: Final = 1
MOST_LINES: Final = 5
"""Of a mail's text."""


@dataclass(frozen=True, slots=True)
class Mailer:
    """Whose AEM sends: the environment, the osgiconfig folder that it reads, and the simulator's address."""

    environment: EnvironmentId
    directory: Path
    url: str


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Let the simulator's AEM read the OSGi configuration on disk and the environment's rules and variables of this "
        "moment, and send one message: for what the stack declares, or for what is named. Exit code 0: delivered, 2: not delivered, "
        "30: no simulator there."
    )
    arguments.add_stack(parser)
    parser.add_argument("--program", metavar="P", help="id of the program (default: the stack's)")
    parser.add_argument("--environment", metavar="E", help="id of the environment (default: the stack's)")
    parser.add_argument(
        "--tier",
        default=TIERS[0],
        choices=TIERS,
        metavar="TIER",
        help=f"the tier of AEM that sends: {', '.join(TIERS)} (default {TIERS[0]})",
    )
    parser.add_argument(
        "--directory", type=Path, metavar="DIR", help="the osgiconfig folder of the AEM project (default: where the stack writes)"
    )
    parser.add_argument(
        "--run-modes", type=_run_modes, metavar="A,B", help="run modes to read it with (default: those of tier and environment)"
    )
    parser.add_argument("--to", metavar="ADDRESS", help="recipient")
    parser.add_argument("--subject", help="subject of the message")
    parser.add_argument("--output", choices=("text", "json"), default="text", help="form of the answer (default text)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Send, and print what happened and the mail that arrived, or one JSON object.

    Raises InvalidInput, also for a program or environment that the simulator lacks, EngineFailed, and NoAnswer if no simulator is there.
    """
    mailer = _mailer(args)
    result = _post(mailer.url, _request(args, mailer))
    mail = _latest_mail(mailer.url) if result["delivered"] else None
    if args.output == "json":
        print(json.dumps({"schemaVersion": SCHEMA_VERSION, **result, "mail": mail}))
    else:
        print("\n".join([visible(describe(result)), *(LOOK_FURTHER if mail is None else _shown(mail))]))
    return DELIVERED if result["delivered"] else NOT_DELIVERED


def describe(result: Mapping[str, Any]) -> str:
    """Return one paragraph: how far the message came, the server's code, and what AEM made of the configuration."""
    code = "" if result["smtpCode"] is None else f", SMTP code {result['smtpCode']}"
    outcome = (
        f"Delivered{code}." if result["delivered"] else f"Not delivered: stopped at stage {result['stage']}{code}. {_sentence(result)}"
    )
    doubts = [f"{doubt}." for doubt in result.get("doubts", ())]
    return " ".join([outcome, _connection(result["resolved"]), *doubts])


def _sentence(result: Mapping[str, Any]) -> str:
    error = str(result["error"])
    return error if error.endswith(".") else f"{error}."


def _connection(resolved: Mapping[str, Any] | None) -> str:
    if resolved is None:
        return (
            "So AEM's mail service has no configuration. It is read from the folders config and config.<run modes> in --directory, "
            "the folder osgiconfig of an AEM project."
        )
    tls = "with TLS from the first byte" if resolved["ssl"] else "with STARTTLS where offered"
    user = "without a user" if resolved["user"] is None else f"as user {resolved['user']!r}"
    return f"AEM's mail service used {resolved['host']}:{resolved['port']} {tls}, {user}."


def _shown(mail: Mapping[str, Any]) -> Iterator[str]:
    """Yield the mail as it arrived: its head, and how its text begins."""
    sent = datetime.fromtimestamp(mail["time"], UTC)
    head = {
        "From": mail["mailFrom"],
        "To": ", ".join(mail["rcptTo"]),
        "Subject": mail["subject"],
        "Date": f"{sent:%Y-%m-%d %H:%M} UTC, simulated",
    }
    yield ""
    yield from (visible(f"  {name + ':':8} {text}") for name, text in head.items())
    yield ""
    yield from (visible(f"  {line}") for line in str(mail["body"]).splitlines()[:MOST_LINES])


def _mailer(args: argparse.Namespace) -> Mailer:
    """Return what is named, and of the rest what the stack declares."""
    if None not in (args.program, args.environment, args.directory):
        return Mailer(EnvironmentId(args.program, args.environment), args.directory, _simulator_url({}))
    chosen = arguments.stack_of(args)
    known = stated(chosen)
    environment, url = _environment(args, known), _simulator_url(known.configuration)
    folders = {one.directory for one in rendered_files(known.resources) if one.directory}
    return Mailer(environment, args.directory or _directory(folders, project_folder(chosen.folder)), url)


def _environment(args: argparse.Namespace, known: StackDeclaration) -> EnvironmentId:
    named = (args.program, args.environment)
    found = [one for one in known.declarations if all(name in (None, id_) for name, id_ in zip(named, astuple(one), strict=True))]
    if None not in named:
        return EnvironmentId(*named)
    if len(found) != 1:
        what = "nothing for such an environment" if not found else f"{listed([one.environment_id for one in found])}, which are several"
        raise _invalid("--environment", f"the stack declares {what}; name --program and --environment")
    return found[0]


def _directory(folders: Collection[str], project: Path) -> Path:
    if len(folders) != 1:
        what = "no OSGi configuration of mail" if not folders else f"OSGi configurations in {listed(sorted(folders))}"
        raise _invalid("--directory", f"the stack declares {what}; name the osgiconfig folder of the AEM project")
    return project / next(iter(folders))


def _request(args: argparse.Namespace, mailer: Mailer) -> dict[str, Any]:
    directory = mailer.directory.absolute()
    if not is_directory(directory):
        raise _invalid("--directory", f"{directory} is no directory; run `pulumi up`, or give the osgiconfig folder of the AEM project")
    request = {
        "programId": mailer.environment.program_id,
        "environmentId": mailer.environment.environment_id,
        "tier": args.tier,
        "directory": str(directory),
        "runModes": args.run_modes,
        "to": args.to,
        "subject": args.subject,
    }
    return {name: value for name, value in request.items() if value is not None}


def _simulator_url(configuration: Mapping[str, Any]) -> str:
    found = find("baseUrl", os.environ, configuration)
    if found is None:
        raise _invalid(BASE_URL_VARIABLE, f"not set. {START}")
    url = found.value.rstrip("/")
    if not is_on_loopback(url):
        raise NoAnswer(f"{url} is no simulator: those listen on loopback only, and nothing was sent. {START}.")
    return url


def _post(url: str, request: Mapping[str, Any]) -> dict[str, Any]:
    response, answer = _asked(url, "POST", "/_sim/send", request)
    if response.status in (400, 404) and response.headers.get("content-type", "").startswith("application/problem+json"):
        raise InvalidInput("aem-mail send", _problems(answer))
    if response.status != 200 or not isinstance(answer, dict) or "delivered" not in answer:
        raise _no_simulator(url, f"the answer to /_sim/send was {response.status}")
    return answer


def _latest_mail(url: str) -> dict[str, Any]:
    response, mails = _asked(url, "GET", "/_sim/mails")
    if response.status != 200 or not isinstance(mails, list) or not mails:
        raise _no_simulator(url, f"the answer to /_sim/mails was {response.status}")
    return dict(mails[-1])


def _asked(url: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[Answered, Any]:
    content = b"" if body is None else json.dumps(body).encode()
    try:
        with closing(open_wire((url,), None)) as wire:
            outcome = wire.send(method, f"{url}{path}", {"Content-Type": "application/json"}, content)
        if isinstance(outcome, Lost):
            raise _no_simulator(url, outcome.reason)
        return outcome, decode(outcome.body)
    except (ValueError, NotJson) as error:
        raise _no_simulator(url, str(error)) from None


def _problems(document: Mapping[str, Any]) -> list[Problem]:
    errors = document.get("errors") or [{"message": document.get("title", "refused")}]
    listed = errors.values() if isinstance(errors, dict) else errors
    return [Problem("", str(each["message"])) for each in listed]


def _no_simulator(url: str, reason: str) -> NoAnswer:
    return NoAnswer(f"no simulator answers at {url} ({reason}). {START}.")


def _run_modes(text: str) -> list[str]:
    return [mode.strip() for mode in text.split(",") if mode.strip()]


def _invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput("aem-mail send", [Problem(field, message)])
