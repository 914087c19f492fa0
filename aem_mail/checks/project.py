"""From an AEM project, and the files that a stack is about to write, to the configuration that each tier would use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from aem_mail.checks.declared import RenderedFile
from aem_mail.checks.project_files import concerns_mail
from aem_mail.checks.subject import TIERS, Declaration, ProjectFile, Subject, TierConfiguration
from aem_mail.live.model import LiveEnvironment
from aem_mail.osgi import ConfigurationFileError, best_matches, folder_of, form_of, parse_file, read_tree, remove_comments, run_modes_of
from aem_mail.osgi.forms import JSON

USUAL: Final = ("dev", "stage", "prod")
TYPES: Final = (*USUAL, "rde")
Files = Mapping[str, ProjectFile]
"""Files by their path below the `osgiconfig` folder."""


@dataclass(frozen=True, slots=True)
class MailFiles:
    """The mail's files of the AEM projects that are there, by folder, and what a stack renders.

    A folder is named as the stack names it, in ``root``, which is None where nobody knows of files on disk. Where there are several, AEM
    has all of them, and a file's path begins with that of its folder.
    """

    there: Mapping[str, Files] = field(default_factory=dict)
    rendered: Sequence[RenderedFile] = ()
    root: Path | None = None

    @property
    def files(self) -> Files:
        """All files; one that is rendered and not there stands in."""
        written = [self._named(folder, file) for folder, files in self.there.items() for file in files.values()]
        there = {file.path: file for file in written}
        return there | {file.path: file for file in map(self._parsed, self.rendered) if file.path not in there}

    @property
    def comparable(self) -> tuple[tuple[ProjectFile, ProjectFile | None], ...]:
        """Those that are rendered for a folder that is there, each with the file that is there."""
        known = [one for one in self.rendered if one.directory in self.there]
        there = [self.there[one.directory].get(one.path) for one in known]
        return tuple((self._parsed(one), file and self._named(one.directory, file)) for one, file in zip(known, there, strict=True))

    @property
    def absent(self) -> tuple[str, ...]:
        """The folders that are rendered for and that are not there."""
        return tuple(sorted({one.directory for one in self.rendered if one.directory} - {*self.there}))

    def _parsed(self, one: RenderedFile) -> ProjectFile:
        folder = (self.root / one.directory).resolve() if self.root is not None and one.directory else None
        return self._named(one.directory, _parsed_once(one.path, one.content, folder))

    def _named(self, folder: str, file: ProjectFile) -> ProjectFile:
        folders = {*self.there, *(one.directory for one in self.rendered)} - {""}
        return replace(file, path=f"{folder}/{file.path}") if len(folders) > 1 and folder else file


NO_FILES: Final = MailFiles()


def subject_of(
    declaration: Declaration | None,
    project: MailFiles,
    live: LiveEnvironment | None,
    today: date = date.min,
    environment_type: str | None = None,
) -> Subject:
    """Return what is to be checked of one environment.

    The project is read with the ``environment_type`` that is given, else with the live one, else with the only one that folders name.
    Files that nobody has recorded are compared with what is there only where Cloud Manager was asked too: before that, and before
    the first `pulumi up`, a declaration is judged by itself.
    """
    files = project.files
    type_ = environment_type or (live.environment.type if live is not None else _only_type(files))
    services = declaration.services if declaration is not None else None
    there = live.environment.tiers if live is not None else None
    tiers = configurations(files, type_, _judged(services or TIERS, there)) if files or project.there else ()
    compares = live is not None or (declaration is not None and declaration.recorded)
    return Subject(declaration, tiers, tuple(files.values()), live, today, rendered=project.comparable if compares else ())


def _judged(services: Sequence[str], there: Sequence[str] | None) -> Sequence[str]:
    """Return the tiers to judge: of those that are to send mail, the ones that the environment links to; all where it links to none."""
    return [tier for tier in services if there is None or tier in there] or services


def subjects_by_type(project: MailFiles, today: date, environment_type: str | None = None) -> dict[tuple[str, ...], Subject]:
    """Return what is to be checked of an AEM project alone, by the types of environments that take the same files.

    No type is each of them, where no folder is for one; ``environment_type`` is the only one that is asked for.
    """
    named = {_type_of(path) for path in project.files} - {None}
    types = [environment_type] if environment_type else [one for one in TYPES if one in {*USUAL, *named}] if named else []
    found: dict[tuple[str, ...], Subject] = {}
    for one in types:
        subject = subject_of(None, project, None, today, one)
        alike = next((known for known, there in found.items() if _winners(there) == _winners(subject)), None)
        found[(*(alike or ()), one)] = found.pop(alike) if alike else subject
    return {types: _without_others(one, types) for types, one in found.items()} or {(): subject_of(None, project, None, today)}


def _without_others(subject: Subject, types: Sequence[str]) -> Subject:
    """Return what is to be checked without the files for other types of environments."""
    return replace(subject, files=tuple(file for file in subject.files if _type_of(file.path) in (None, *types)))


def _winners(subject: Subject) -> list[Mapping[str, tuple[ProjectFile, ...]]]:
    return [tier.winners for tier in subject.tiers]


def read_files(directory: Path) -> dict[str, ProjectFile]:
    """Read the files of a project that have to do with mail; no other one is opened. Raises ConfigurationFileError for no folder."""
    tree, folder = read_tree(directory), directory.resolve()
    files = {}
    for path in filter(concerns_mail, tree.paths):
        try:
            files[path] = parsed_file(path, tree.text(path), folder)
        except ConfigurationFileError as error:
            files[path] = ProjectFile(path, None, str(error), source=folder / path)
    return files


def parsed_file(path: str, text: str, folder: Path | None = None) -> ProjectFile:
    """Read one file's text as AEM does; ``folder`` is the one that ``path`` is below."""
    source = None if folder is None else folder / path
    has_comments = form_of(path) == JSON and remove_comments(text) != text
    try:
        properties, lines = parse_file(path, text)
        return ProjectFile(path, properties, None, has_comments, source, lines)
    except ConfigurationFileError as error:
        return ProjectFile(path, None, str(error), has_comments, source, refused_line=error.line)


@lru_cache(maxsize=1024)
def _parsed_once(path: str, text: str, folder: Path | None) -> ProjectFile:
    """Read a file that a stack renders, which serves many environments."""
    return parsed_file(path, text, folder)


def configurations(files: Files, environment_type: str | None, tiers: Sequence[str] = TIERS) -> tuple[TierConfiguration, ...]:
    """Return what each tier would use; where the type of the environment is not known, only folders that apply to every type count."""
    return tuple(_configuration(files, tier, environment_type) for tier in tiers)


def type_in(run_modes: Iterable[str]) -> str | None:
    """Return the environment type that the run modes of a folder name."""
    return next((mode for mode in run_modes if mode in TYPES), None)


def _only_type(files: Files) -> str | None:
    """Return the environment type that the folders name, if all of them name the same."""
    types = {*map(_type_of, files)}
    return types.pop() if len(types) == 1 else None


def _type_of(path: str) -> str | None:
    folder = folder_of(path)
    return None if folder is None else type_in(folder.modes)


def _configuration(files: Files, tier: str, environment_type: str | None) -> TierConfiguration:
    run_modes = run_modes_of(tier, environment_type) if environment_type is not None else run_modes_of(tier, "")[:1]
    winners = best_matches(files, run_modes)
    return TierConfiguration(tier, run_modes, {pid: tuple(files[path] for path in paths) for pid, paths in winners.items()})
