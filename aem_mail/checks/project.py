"""From an AEM project, and the files that a stack is about to write, to the configuration that each tier would use."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from aem_mail.checks.project_files import concerns_mail
from aem_mail.checks.subject import TIERS, ProjectFile, TierConfiguration
from aem_mail.osgi import ConfigurationFileError, best_matches, key_lines, parse_configuration, read_tree, remove_comments, run_modes_of

Files = Mapping[str, ProjectFile]
"""Files by their path below the `osgiconfig` folder."""


def read_files(directory: Path) -> dict[str, ProjectFile]:
    """Read the files of a project that have to do with mail; no other one is opened. Raises ConfigurationFileError for no folder."""
    tree, folder = read_tree(directory), directory.resolve()
    files = {}
    for path in filter(concerns_mail, tree.paths):
        try:
            files[path] = parsed_file(path, tree.text(path), folder)
        except ConfigurationFileError as error:
            files[path] = ProjectFile(path, None, str(error), folder=folder)
    return files


def parsed_file(path: str, text: str, folder: Path | None = None) -> ProjectFile:
    """Read one file's text as Felix does; ``folder`` is the one that ``path`` is below."""
    has_comments = remove_comments(text) != text
    try:
        return ProjectFile(path, parse_configuration(text), None, has_comments, folder, key_lines(text))
    except ConfigurationFileError as error:
        return ProjectFile(path, None, str(error), has_comments, folder, refused_line=error.line)


def configurations(files: Files, environment_type: str | None, tiers: Sequence[str] = TIERS) -> tuple[TierConfiguration, ...]:
    """Return what each tier would use; where the type of the environment is not known, only folders that apply to every type count."""
    return tuple(_configuration(files, tier, environment_type) for tier in tiers)


def type_in(run_modes: Iterable[str]) -> str | None:
    """Return the environment type that the run modes of a folder name."""
    return next((mode for mode in run_modes if mode in ("dev", "stage", "prod", "rde")), None)


def _configuration(files: Files, tier: str, environment_type: str | None) -> TierConfiguration:
    run_modes = run_modes_of(tier, environment_type) if environment_type is not None else run_modes_of(tier, "")[:1]
    winners = best_matches(files, run_modes)
    return TierConfiguration(tier, run_modes, {pid: tuple(files[path] for path in paths) for pid, paths in winners.items()})
