"""`aem-mail send`: let the simulator's AEM send one message from the configuration on disk; 0 delivered, 2 not, 30 no simulator."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from aem_mail.errors import InvalidInput, NoAnswer, Problem
from aem_mail.files import is_directory
from aem_mail.model.loopback import is_on_loopback
from aem_mail.text.characters import visible

BASE_URL_VARIABLE = "CLOUDMANAGER_BASE_URL"
TIERS = ("author", "publish", "preview")
DELIVERED, NOT_DELIVERED = 0, 2
SCHEMA_VERSION = 1
PATIENCE_SECONDS = 30.0


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Let the simulator's AEM read the OSGi configuration on disk and the environment's rules and variables of this "
        "moment, and send one message. Exit code 0: delivered, 2: not delivered, 30: no simulator there."
    )
    parser.add_argument("--program", required=True, metavar="P", help="id of the program")
    parser.add_argument("--environment", required=True, metavar="E", help="id of the environment")
    parser.add_argument("--tier", required=True, choices=TIERS, metavar="TIER", help=f"the tier of AEM that sends: {', '.join(TIERS)}")
    parser.add_argument("--directory", required=True, type=Path, metavar="DIR", help="the osgiconfig folder of the AEM project")
    parser.add_argument(
        "--run-modes", type=_run_modes, metavar="A,B", help="run modes to read it with (default: those of tier and environment)"
    )
    parser.add_argument("--to", metavar="ADDRESS", help="recipient")
    parser.add_argument("--subject", help="subject of the message")
    parser.add_argument("--output", choices=("text", "json"), default="text", help="form of the answer (default text)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Send and print one paragraph or JSON object.

    Raises InvalidInput, also for a program or environment that the simulator lacks, and NoAnswer if no simulator is there.
    """
    result = _post(_simulator_url(), _request(args))
    print(json.dumps({"schemaVersion": SCHEMA_VERSION, **result}) if args.output == "json" else visible(describe(result)))
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


def _request(args: argparse.Namespace) -> dict[str, Any]:
    directory: Path = args.directory.absolute()
    if not is_directory(directory):
        raise _invalid("--directory", f"{directory} is no directory; give the osgiconfig folder of the AEM project")
    request = {
        "programId": args.program,
        "environmentId": args.environment,
        "tier": args.tier,
        "directory": str(directory),
        "runModes": args.run_modes,
        "to": args.to,
        "subject": args.subject,
    }
    return {name: value for name, value in request.items() if value is not None}


def _simulator_url() -> str:
    url = os.environ.get(BASE_URL_VARIABLE, "").rstrip("/")
    if not url:
        raise _invalid(BASE_URL_VARIABLE, "not set; it must be the url that `aem-mail simulate` prints, such as http://127.0.0.1:8765")
    if not is_on_loopback(url):
        raise NoAnswer(f"{url} is no simulator: those listen on loopback only, and nothing was sent. Set {BASE_URL_VARIABLE} to its url.")
    return url


def _post(url: str, request: Mapping[str, Any]) -> dict[str, Any]:
    try:
        # No proxy of the surroundings may come between two processes on loopback.
        with httpx.Client(trust_env=False, timeout=PATIENCE_SECONDS) as client:
            response = client.post(f"{url}/_sim/send", json=request)
        answer = response.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _no_simulator(url, str(error) or type(error).__name__) from None
    if response.status_code in (400, 404) and response.headers["content-type"].startswith("application/problem+json"):
        raise InvalidInput("aem-mail send", _problems(answer))
    if response.status_code != 200 or not isinstance(answer, dict) or "delivered" not in answer:
        raise _no_simulator(url, f"the answer to /_sim/send was {response.status_code}")
    return answer


def _problems(document: Mapping[str, Any]) -> list[Problem]:
    errors = document.get("errors") or [{"message": document.get("title", "refused")}]
    listed = errors.values() if isinstance(errors, dict) else errors
    return [Problem("", str(each["message"])) for each in listed]


def _no_simulator(url: str, reason: str) -> NoAnswer:
    return NoAnswer(f"no simulator answers at {url} ({reason}). Start one with `aem-mail simulate` and set {BASE_URL_VARIABLE} to its url.")


def _run_modes(text: str) -> list[str]:
    return [mode.strip() for mode in text.split(",") if mode.strip()]


def _invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput("aem-mail send", [Problem(field, message)])
