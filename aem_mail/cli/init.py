"""`aem-mail init`: make a Pulumi project that declares e-mail for dev, stage and prod; 3 for a file that is there already."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from aem_mail.adopt.new_project import MANAGING, SIMULATED, STACKS, NewProject
from aem_mail.cli import interpreter
from aem_mail.cli.adoption_files import LARGEST_FILE, Project
from aem_mail.cli.files import read_if_there
from aem_mail.cli.new_files import NewFile, refuse_to_overwrite, write_all
from aem_mail.cli.questions import KINDS, Answers, asked, judged, project_of
from aem_mail.cli.shells import taking
from aem_mail.cli.trial import ENVIRONMENT
from aem_mail.errors import InvalidInput, Problem
from aem_mail.settings.connection import VARIABLES
from aem_mail.stack.project_folder import project_file
from aem_mail.text.characters import visible, visible_lines
from aem_mail.text.words import listed

COMMAND: Final = "aem-mail init"
ELSEWHERE: Final = "name another DIRECTORY, or move it away"
PURPOSES: Final = {
    "Pulumi.yaml": "the Pulumi project",
    "__main__.py": "its program, the same for every stack",
    **{f"Pulumi.{stack}.yaml": f"the settings of {stack}, each explained" for stack in STACKS},
    "requirements.txt": "the package that the program needs",
    ".gitignore": "what stays on this machine",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Make a Pulumi project that declares e-mail for the environments dev, stage and prod of one program. Asks for what is not given, "
        "on a terminal; takes the defaults elsewhere, which run on the simulator as they are. Never overwrites a file. Exit code 3: bad "
        "input, or a file is there already."
    )
    parser.add_argument(
        "target", nargs="?", type=Path, default=Path(), metavar="DIRECTORY", help="folder of the project (default: this one)"
    )
    parser.add_argument("--program", metavar="P", help="id of the program")
    parser.add_argument(
        "--environment",
        action="append",
        default=[],
        metavar="[STACK=]E",
        help=f"id of the environment of a stack, {STACKS[0]} where none is named; may be repeated",
    )
    parser.add_argument("--kind", choices=KINDS, metavar="KIND", help=f"kind of the network infrastructure: {', '.join(KINDS)}")
    parser.add_argument("--region", metavar="REGION", help=f"region of the {MANAGING} environment")
    parser.add_argument("--smtp", metavar="SERVER", help="the mail server: HOST:PORT, or a preset's name")
    parser.add_argument("--from-address", metavar="ADDRESS", help="the sender")
    parser.add_argument("--osgi", metavar="DIR", help="the osgiconfig folder of the AEM project, seen from DIRECTORY")
    parser.add_argument("--yes", action="store_true", help="ask nothing, and take the defaults")
    parser.add_argument("--dry-run", action="store_true", help="show the files, and write none")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the files, and print what to do next. Raises InvalidInput."""
    folder: Path = args.target
    there = project_file(folder)
    if there is not None:
        raise InvalidInput(COMMAND, [Problem(str(there), f"is there already, so that this is a Pulumi project; {ELSEWHERE}")])
    answers = judged(_given(args), COMMAND)
    if sys.stdin.isatty() and sys.stdout.isatty() and not args.yes:
        answers = asked(answers, _ask, print)
    elif args.environment and args.program is None:
        raise InvalidInput(COMMAND, [Problem("--program", "is missing; give the program to which the environments belong")])
    project = project_of(Project(folder / "Pulumi.yaml", None).new_name, answers, interpreter.virtualenv(os.environ))
    files = [_new_file(folder / name, text) for name, text in project.files().items()]
    refuse_to_overwrite(files, COMMAND)
    if args.dry_run:
        print(visible_lines("\n".join(_shown(files))))
        return 0
    write_all(files, COMMAND, folder)
    print("\n".join(map(visible, _told(project, folder))))
    return 0


def _given(args: argparse.Namespace) -> Answers:
    answers = {name: getattr(args, name) for name in ("program", "kind", "region", "smtp", "from_address", "osgi")}
    for given in args.environment:
        stack, _, id_ = given.rpartition("=")
        if (stack or STACKS[0]) not in STACKS:
            raise InvalidInput(COMMAND, [Problem("--environment", f"there is no stack {stack!r}; there are {listed(STACKS)}")])
        if answers.get(stack or STACKS[0]) is not None:
            raise InvalidInput(COMMAND, [Problem("--environment", f"names {stack or STACKS[0]} twice; name the stack of each: STACK=E")])
        answers[stack or STACKS[0]] = id_
    return {name: answer for name, answer in answers.items() if answer is not None}


def _ask(question: str) -> str:
    try:
        return input(question)
    except KeyboardInterrupt:
        print()
        raise
    except EOFError:
        raise InvalidInput(COMMAND, [Problem("", "the input ended before everything was answered, and nothing was written")]) from None


def _new_file(path: Path, text: str) -> NewFile:
    return NewFile(path, text, read_if_there(path, COMMAND, LARGEST_FILE), ELSEWHERE)


def _shown(files: list[NewFile]) -> Iterator[str]:
    for file in files:
        yield f"--- {file.path}"
        yield file.text


def _told(project: NewProject, folder: Path) -> Iterator[str]:
    yield f"The Pulumi project {project.name} is in {folder.absolute()}:"
    yield ""
    yield from (f"  {name:18} {purpose}" for name, purpose in PURPOSES.items())
    yield ""
    if interpreter.lacks_pip():
        yield interpreter.WITHOUT_PIP
        yield ""
    simulated = project.program_id == SIMULATED
    yield "Next, on a simulated Cloud Manager:" if simulated else "Next:"
    yield ""
    if folder != Path():
        yield f"  cd {shlex.quote(str(folder))}"
    yield from _simulated_steps() if simulated else _steps(project)


def _simulated_steps() -> Iterator[str]:
    yield f"  {taking(ENVIRONMENT)}"
    yield f"  pulumi stack init {STACKS[0]}"
    yield "  pulumi up"
    yield "  aem-mail send"


def _steps(project: NewProject) -> Iterator[str]:
    account = " ".join(VARIABLES[key] for key in ("orgId", "clientId", "clientSecret"))
    yield f"  export {account} EMAIL_USERNAME EMAIL_PASSWORD   (each with its value)"
    yield "  pulumi login"
    yield f"  pulumi stack init {MANAGING}   ({MANAGING} first: it has the network infrastructure)"
    if not project.environments.get(MANAGING):
        yield f"  pulumi config set aem-mail:environmentId ID   (of the {MANAGING} environment)"
    yield "  aem-mail plan"
    yield "  pulumi up"
