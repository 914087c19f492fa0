"""Each environment of a run: who has something in it, and what the checks say of its declarations and of what is live."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from aem_mail.checks import Subject, find_mistakes
from aem_mail.checks.checked import Checked
from aem_mail.checks.declared import declarations, rendered_files, resources_of
from aem_mail.checks.ignores import judge
from aem_mail.checks.parity import MEASURES
from aem_mail.checks.place import Place, environment_place, infrastructure_place, variable_place
from aem_mail.checks.project import MailFiles, subject_of
from aem_mail.drift.finding import Impact
from aem_mail.drift.fleet import EnvironmentReport
from aem_mail.drift.live import Live, environment_of
from aem_mail.drift.state import ProjectContext
from aem_mail.errors import AemMailError
from aem_mail.kinds import Scope
from aem_mail.live.model import LiveEnvironment
from aem_mail.model import EnvironmentId
from aem_mail.model.statuses import ENVIRONMENT_CHANGING, INFRASTRUCTURE_CHANGING, VARIABLE_CHANGING
from aem_mail.stack.recorded import RecordedResource

NOT_READY: Final = "M22"
"""The check that a change under way fails; here that is told as in transition, and is no drift."""
TOLD_AS_DRIFT: Final = frozenset({"M34", "M35"})
"""The checks of what is declared and not there, or different: here that is drift, and not a failed check besides.

What hides it from a tier is another thing: that is a failed check."""
MOST_OTHERS: Final = 20
"""Each environment is compared with that many of its program, so that a check of all of them takes no longer the more there are."""
Declared = Mapping[str, Sequence[RecordedResource]]
"""The resources of each stack."""


def environment_reports(
    declared: Declared, live: Live, project_context: ProjectContext, costs: Mapping[EnvironmentId, Impact]
) -> Iterator[EnvironmentReport]:
    """Yield every environment that a stack has something in, by id, each checked with the others of its program beside it."""
    resources = _by_environment(declared)
    subjects = _beside_each_other(dict(_subjects(resources, declared, live, project_context)))
    for environment, of_stacks in sorted(resources.items()):
        there, subject = live.environments.get(environment), subjects.get(environment)
        yield EnvironmentReport(
            environment,
            tuple(sorted(of_stacks)),
            None if there is None else there.found,
            None if subject is None else _checked(environment, subject, project_context),
            costs.get(environment, Impact()),
        )


def _beside_each_other(subjects: Mapping[EnvironmentId, Subject]) -> dict[EnvironmentId, Subject]:
    """Return the subjects, each with others of its program beside it: MOST_OTHERS at most, those first that others are measured by."""
    programs: dict[str, list[EnvironmentId]] = {}
    for environment in sorted(subjects, key=lambda one: _measure(one, subjects[one])):
        programs.setdefault(environment.program_id, []).append(environment)
    return {
        environment: replace(subject, others=tuple(subjects[one] for one in _others(environment, programs[environment.program_id])))
        for environment, subject in subjects.items()
    }


def _others(environment: EnvironmentId, ordered: Sequence[EnvironmentId]) -> list[EnvironmentId]:
    return [one for one in ordered[: MOST_OTHERS + 1] if one != environment][:MOST_OTHERS]


def _measure(environment: EnvironmentId, subject: Subject) -> tuple[int, EnvironmentId]:
    type_ = subject.environment_type
    return MEASURES.index(type_) if type_ in MEASURES else len(MEASURES), environment


def _by_environment(declared: Declared) -> dict[EnvironmentId, dict[str, list[RecordedResource]]]:
    found: dict[EnvironmentId, dict[str, list[RecordedResource]]] = {}
    for stack, own in declared.items():
        for one in own:
            environment = environment_of(one)
            if environment is not None:
                found.setdefault(environment, {}).setdefault(stack, []).append(one)
    return found


def _subjects(
    resources: Mapping[EnvironmentId, Mapping[str, Sequence[RecordedResource]]],
    declared: Declared,
    live: Live,
    project_context: ProjectContext,
) -> Iterator[tuple[EnvironmentId, Subject]]:
    """Yield what the checks look at for each environment that is not gone."""
    infrastructures = [one for own in declared.values() for one in own if one.scope is Scope.PROGRAM]
    files = {stack: [one for one in own if one.scope is Scope.PROJECT] for stack, own in declared.items()}
    for environment, of_stacks in resources.items():
        there = live.environments.get(environment)
        if there is not None and not there.gone:
            program = [one for one in infrastructures if one.inputs.get("program_id") == environment.program_id]
            mine = [one for stack, own in of_stacks.items() for one in (*own, *files[stack])]
            yield environment, _subject(environment, [*program, *mine], live, project_context)


def _subject(environment: EnvironmentId, recorded: Sequence[RecordedResource], live: Live, project_context: ProjectContext) -> Subject:
    resources = resources_of(recorded)
    rendered = rendered_files(resources)
    folders = sorted({one.directory for one in rendered} & {*project_context.files})
    project = MailFiles({folder: project_context.files[folder] for folder in folders}, rendered)
    declaration = declarations(resources, recorded).get(environment)
    return subject_of(declaration, project, _live(environment, live), project_context.today)


def _checked(environment: EnvironmentId, subject: Subject, project_context: ProjectContext) -> Checked:
    moving = set(_moving(subject.live)) if subject.live is not None else set()
    told = [one for one in find_mistakes(subject) if one.id not in TOLD_AS_DRIFT or one.place.tiers]
    found = [one for one in told if one.id != NOT_READY or one.place not in moving]
    return Checked(environment, judge(found, project_context.ignores, project_context.today), subject)


def _moving(live: LiveEnvironment) -> Iterator[Place]:
    """Yield the places of the checks where a change is under way."""
    if live.environment.status in ENVIRONMENT_CHANGING:
        yield environment_place(live.environment.id)
    for one in live.program.infrastructures:
        if one.status in INFRASTRUCTURE_CHANGING:
            yield infrastructure_place(one.id)
    yield from (variable_place(one.key) for one in live.variables if one.status in VARIABLE_CHANGING)


def _live(environment: EnvironmentId, live: Live) -> LiveEnvironment | None:
    """Return what the checks need, None unless all of it could be read."""
    there, program = live.environments.get(environment), live.programs.get(environment.program_id)
    if there is None or program is None or isinstance(program.live, AemMailError):
        return None
    known = there.live(program.live)
    return None if isinstance(known, AemMailError) else known.lasting
