"""What a new project has to know: an option each, asked on a terminal where it is not given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aem_mail.adopt.new_project import MANAGING, SIMULATED, SIMULATED_ENVIRONMENTS, STACKS, NewProject, mail_server
from aem_mail.errors import InvalidInput, Problem
from aem_mail.model import Kind
from aem_mail.presets import presets
from aem_mail.text.characters import visible

Answers = Mapping[str, str]
"""What was answered, by the question's name."""

KINDS: Final = (str(Kind.FLEXIBLE_PORT_EGRESS), str(Kind.DEDICATED_EGRESS_IP))
HOSTED: Final = tuple(name for name, preset in presets().items() if preset.host is not None)
"""Presets that need no more than their name."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to know: the option that gives it, and the arguments of a MailEgress that it decides on."""

    name: str
    option: str
    text: str
    decides: tuple[str, ...]
    default: str = ""

    def usual(self, answers: Answers) -> str:
        """Return what is taken without an answer: the environments are known where the program is the simulator's."""
        simulated = (answers.get("program") or SIMULATED) == SIMULATED
        return SIMULATED_ENVIRONMENTS.get(self.name, self.default) if simulated else self.default

    def problems(self, project: NewProject) -> list[Problem]:
        """Return what is wrong with its answer, under the option's name."""
        found = (problem for problem in project.problems() if problem.field.startswith(self.decides))
        return [Problem(self.option, problem.message) for problem in found]


QUESTIONS: Final = (
    Question("program", "--program", f"Id of the program; {SIMULATED} is the simulator's", ("program_id",), SIMULATED),
    *(Question(stack, "--environment", f"Id of its {stack} environment", ("environment_id",)) for stack in STACKS),
    Question("kind", "--kind", f"Network infrastructure: {' or '.join(KINDS)}", ("egress.kind", "egress.mode"), KINDS[0]),
    Question("region", "--region", f"Region of the {MANAGING} environment", ("egress.region",), "va7"),
    Question("smtp", "--smtp", f"Mail server: HOST:PORT, or one of {', '.join(HOSTED)}", ("smtp",), "sendgrid"),
    Question("from_address", "--from-address", "Sender of the mails", ("from_address",), "noreply@wknd.site"),
    Question("osgi", "--osgi", "Folder osgiconfig of the AEM project, seen from the new folder", ("osgi",), "osgiconfig"),
)


def project_of(name: str, answers: Answers, virtualenv: str | None = None) -> NewProject:
    """Return the project that the answers make."""
    known = {question.name: answers.get(question.name) or question.usual(answers) for question in QUESTIONS}
    return NewProject(
        name,
        known["program"],
        {stack: known[stack] or None for stack in STACKS},
        known["kind"],
        known["region"],
        mail_server(known["smtp"]),
        known["from_address"],
        known["osgi"],
        virtualenv,
    )


def judged(given: Answers, command: str) -> Answers:
    """Return the answers; raises InvalidInput that names every wrong one."""
    project = project_of("new", given)
    problems = [problem for question in QUESTIONS for problem in question.problems(project)]
    if problems:
        raise InvalidInput(command, list(dict.fromkeys(problems)))
    return given


def asked(given: Answers, ask: Callable[[str], str], say: Callable[[str], None]) -> Answers:
    """Return the answers with those to whatever is not given; a wrong one is asked for again."""
    answers = dict(given)
    for question in QUESTIONS:
        if question.name not in answers:
            answers[question.name] = next(_good_answers(question, answers, ask, say))
    return answers


def _good_answers(question: Question, answers: Answers, ask: Callable[[str], str], say: Callable[[str], None]) -> Iterator[str]:
    usual = question.usual(answers) or "later"
    while True:
        answer = ask(f"{question.text} [{usual}]: ").strip()
        problems = question.problems(project_of("new", {**answers, question.name: answer}))
        if not problems:
            yield answer
        for problem in problems:
            say(visible(f"  It {problem.message}."))
