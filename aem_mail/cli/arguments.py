"""Arguments of several commands, and types of arguments that raise argparse.ArgumentTypeError, which is wrong usage."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from aem_mail.checks.ignores import FILE_NAME, Ignore, read_ignores
from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import is_directory, is_file
from aem_mail.kinds.hosts import host_fault
from aem_mail.kinds.vpn import address_of
from aem_mail.stack.project_folder import project_folder
from aem_mail.stack.stack import Stack


def add_stack(parser: argparse.ArgumentParser) -> None:
    """Add `--stack` and `--cwd`."""
    parser.add_argument("--stack", metavar="S", help="name of the stack (default: the selected one)")
    parser.add_argument("--cwd", type=Path, default=Path(), metavar="DIR", help="folder of the Pulumi project (default: this one)")


def stack_of(args: argparse.Namespace) -> Stack:
    """Return the stack that `--stack` and `--cwd` name; raises InvalidInput for a folder that is not there."""
    return Stack(args.stack, folder_of(args))


def folder_of(args: argparse.Namespace) -> Path:
    """Return the folder that `--cwd` names; raises InvalidInput for one that is not there."""
    folder: Path = args.cwd
    if not is_directory(folder):
        raise InvalidInput(f"aem-mail {args.command}", [Problem("--cwd", f"{folder} is no directory; give the folder of Pulumi.yaml")])
    return folder


def add_ignores(parser: argparse.ArgumentParser) -> None:
    """Add `--ignore-file`."""
    parser.add_argument("--ignore-file", type=Path, metavar="FILE", help=f"findings to ignore (default: {FILE_NAME} beside Pulumi.yaml)")


def ignores_of(args: argparse.Namespace) -> Sequence[Ignore]:
    """Return the findings that `--ignore-file` names, else those beside Pulumi.yaml; raises InvalidInput for a file that is not there."""
    given: Path | None = args.ignore_file
    if given is not None and not is_file(given):
        raise InvalidInput(f"aem-mail {args.command}", [Problem("--ignore-file", f"{given} is no file; give a list of findings in YAML")])
    return read_ignores(given or project_folder(args.cwd) / FILE_NAME)


def endpoint(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.strip("[]").lower().rstrip(".")
    fault = None if address_of(host) is not None else host_fault(host)
    if fault is not None or not port.isascii() or not port.isdigit() or not 1 <= int(port[:6]) <= 65535:
        raise argparse.ArgumentTypeError(f"a mail server is HOST:PORT, such as smtp.example.com:587, not {text!r}")
    return host, int(port)


def resolver(text: str) -> tuple[str, int]:
    if address_of(text.strip("[]")) is not None:
        return text.strip("[]"), 53
    try:
        host, port = endpoint(text)
    except argparse.ArgumentTypeError:
        host, port = "", 0
    if address_of(host) is None:
        raise argparse.ArgumentTypeError(
            f"a resolver is an IP address with or without a port, such as 9.9.9.9 or 127.0.0.1:5353, not {text!r}"
        )
    return host, port


def domain(text: str) -> str:
    local_part, _, name = text.rpartition("@")
    if not local_part or host_fault(name.lower()) is not None:
        raise argparse.ArgumentTypeError(f"a sender is a plain address such as noreply@example.com, not {text!r}")
    return name.lower()


def selector(text: str) -> str:
    if host_fault(text.lower()) is not None:
        raise argparse.ArgumentTypeError(f"a DKIM selector is a name such as s1 or 20230601, not {text!r}")
    return text.lower()


def seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise argparse.ArgumentTypeError(f"seconds are more than 0, not {text!r}")
    return seconds
