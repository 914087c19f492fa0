"""`aem-mail osgi`: `resolve` says what AEM makes of one configuration file with a set of variables; 3 for one that Felix refuses."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

from aem_mail.cli import render
from aem_mail.cli.files import read_text, read_variables
from aem_mail.errors import InvalidInput, Problem
from aem_mail.files import is_directory, is_file
from aem_mail.osgi import OsgiError, Value, parse_file, resolution, type_name, variables_lookup
from aem_mail.osgi.placeholders import Lookup
from aem_mail.osgi.values import as_text, java_trim
from aem_mail.osgi.variables_file import SERVICES, visible_to

SCHEMA_VERSION = 1
LARGEST_FILE = 1 << 20


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(metavar="command", dest="osgi_command")
    resolve = commands.add_parser(
        "resolve",
        help="resolve the placeholders of one configuration file",
        description="Print as JSON what AEM's service receives from a configuration's file, with the Java type of each value, and which "
        "placeholders stay unresolved. Secrets that are given are part of what is printed. Exit code 3: the file would be refused.",
    )
    resolve.add_argument("file", type=Path, metavar="FILE", help="the file: .cfg.json, .config, .cfg, .properties or .xml")
    resolve.add_argument(
        "--variables",
        type=Path,
        metavar="FILE",
        help="YAML or JSON: a list of {name, type, value, service}, a mapping of names to values of type string, or Cloud Manager's answer",
    )
    resolve.add_argument("--secrets", type=Path, metavar="DIR", help="folder with one file per secret, named like the variable")
    resolve.add_argument("--tier", choices=SERVICES, help="leave out variables that are for other services")
    resolve.set_defaults(run=run)
    render.add_options(commands.add_parser("render", help="write the configurations that a stack declares, or check the checkout's"))


def run(args: argparse.Namespace) -> int:
    """Print the resolved configuration. Raises InvalidInput for whatever cannot be read, understood or resolved."""
    text = read_text(args.file, "FILE", LARGEST_FILE)
    lookup = _lookup(args)
    try:
        found = resolution(parse_file(args.file.name, text)[0], lookup)
    except OsgiError as error:
        raise InvalidInput(str(args.file), [Problem("", str(error))]) from None
    unresolved = sorted({placeholder for left in found.unresolved.values() for placeholder in left})
    document = {
        "schemaVersion": SCHEMA_VERSION,
        "properties": {key: {"type": type_name(value), "value": _json(value)} for key, value in found.properties.items()},
        "unresolved": unresolved,
    }
    print(json.dumps(document, indent=2))
    return 0


def _lookup(args: argparse.Namespace) -> Lookup:
    strings: dict[str, str] = {}
    secrets: dict[str, str] = {}
    if args.variables is not None:
        try:
            for variable in visible_to(read_variables(args.variables, "--variables"), args.tier):
                values = strings if variable.type == "string" else secrets
                if variable.value is not None:
                    values[variable.name] = variable.value
        except OsgiError as error:
            raise InvalidInput(str(args.variables), [Problem("", str(error))]) from None
    known = variables_lookup(strings, secrets)
    if args.secrets is None:
        return known
    if not is_directory(args.secrets):
        raise InvalidInput("--secrets", [Problem("", f"{args.secrets} is no directory; it must hold one file per secret")])

    def lookup(kind: str, name: str) -> str | None:
        found = _secret(args.secrets, name) if kind == "secret" else None
        return known(kind, name) if found is None else found

    return lookup


def _secret(directory: Path, name: str) -> str | None:
    # Felix looks no further either where a name could lead out of the folder.
    if not name or ".." in name or "\0" in name or name.startswith("/") or not is_file(directory / name):
        return None
    return java_trim(read_text(directory / name, "--secrets", LARGEST_FILE))


def _json(value: Value) -> Any:
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    if isinstance(value, float):
        return float(as_text(value)) if math.isfinite(value) else as_text(value)
    return value
