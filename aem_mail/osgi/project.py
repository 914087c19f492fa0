"""Read the `osgiconfig` folder of an AEM project, and pick for each PID the file that AEM uses under given run modes.

Source of the rule: Adobe, "Configuring OSGi for AEM as a Cloud Service", run mode resolution.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import NoReturn

from aem_mail.files import FileUnusable, leaves, read_text
from aem_mail.osgi.errors import ConfigurationFileError
from aem_mail.osgi.folders import folder_named, folder_of
from aem_mail.osgi.forms import form_of, parse_file
from aem_mail.osgi.values import Properties

FOLDER_NAME = "osgiconfig"
REPOSITORY, CODE = "jcr_root", ("apps", "libs")
"""Below these, the build of AEM takes folders of configurations wherever they are."""
DEEPEST = 10
"""Folders below the `osgiconfig` folder; links that lead in circles end there."""
NOT_SOURCES = frozenset({"node_modules", "target"})
"""Folders of what a build has made or fetched."""
LARGEST_FILE = 1 << 17
"""Bytes; a configuration is a few hundred of them."""


@dataclass(frozen=True)
class Tree:
    """An `osgiconfig` folder: the paths of the configurations below it, such as `config.author.stage/com.example.Pid.cfg.json`.

    Files are read when asked for, so that a large project costs no more than the listing of its folders.
    """

    directory: Path
    paths: tuple[str, ...]

    def properties(self, path: str) -> Properties:
        """Return a file's properties, placeholders unresolved. Raises ConfigurationFileError, which names the file."""
        try:
            return parse_file(path, self.text(path))[0]
        except ConfigurationFileError as error:
            raise ConfigurationFileError(f"{path}: {error}") from None

    def text(self, path: str) -> str:
        """Return a file's text. Raises ConfigurationFileError for one that cannot be read, is no UTF-8 or leaves the tree by a link."""
        try:
            if leaves(self.directory / path, self.directory):
                raise ConfigurationFileError(f"it leaves {self.directory} by a symbolic link and is not read")
            return read_text(self.directory / path, LARGEST_FILE)
        except FileUnusable as error:
            raise ConfigurationFileError(f"it {error.fault}") from None


def osgiconfig_folders(directory: Path) -> list[Path]:
    """Return the `osgiconfig` folders in and below a directory, sorted: the directory itself where it is one, whatever it is called.

    A folder of REPOSITORY and CODE that has folders of configurations in it is one too. Hidden folders, links and NOT_SOURCES are
    left out. Raises ConfigurationFileError if the directory is absent, or a folder cannot be listed.
    """
    if directory.resolve().name == FOLDER_NAME or any(map(folder_named, _listed(directory))):
        return [directory]
    found: list[Path] = []
    for folder, names, _ in os.walk(directory, onerror=_refuse_to_list):
        sources = sorted(name for name in names if not name.startswith(".") and name not in NOT_SOURCES)
        if any(map(folder_named, sources)) and _is_code(Path(folder)):
            found.append(Path(folder))
            names.clear()
            continue
        found += [Path(folder, name) for name in sources if name == FOLDER_NAME and not Path(folder, name).is_symlink()]
        names[:] = [name for name in sources if name != FOLDER_NAME]
    return sorted(found)


def _is_code(folder: Path) -> bool:
    parts = folder.resolve().parts
    return any(pair == (REPOSITORY, code) for pair in pairwise(parts) for code in CODE)


def run_modes_of(tier: str, environment_type: str) -> tuple[str, ...]:
    """Return the run modes of a tier (author, publish, preview) in an environment (dev, stage, prod, rde); preview runs publish's."""
    return ("publish" if tier == "preview" else tier, environment_type)


def load_configuration(directory: Path, run_modes: Sequence[str], pids: Collection[str] | None = None) -> dict[str, Properties]:
    """Return the properties, placeholders unresolved, of each PID's winning file below the `osgiconfig` folder.

    With `pids` only these are looked at, so that a mistake in another PID's file does no harm. Raises ConfigurationFileError, which
    names the file.
    """
    tree = read_tree(directory)
    winners = best_matches(tree.paths, run_modes)
    return {pid: _parse_winner(tree, paths) for pid, paths in winners.items() if pids is None or pid in pids}


def read_tree(directory: Path) -> Tree:
    """List the configurations of every form in the directory and below it, also in folders that AEM ignores.

    What a link that leaves the directory leads to is listed, so that it can be refused, but no folder of it is entered. Raises
    ConfigurationFileError if the directory is absent, or a folder cannot be listed.
    """
    _listed(directory)
    try:
        return Tree(directory, tuple(sorted(filter(form_of, _paths_below(directory, directory)))))
    except OSError as error:
        raise ConfigurationFileError(f"{error.filename} cannot be listed: {error.strerror}") from None


def _paths_below(folder: Path, root: Path, depth: int = 0) -> Iterator[str]:
    is_outside = leaves(folder, root)
    for entry in os.scandir(folder):
        if not _is_directory(entry):
            yield entry.name
        elif depth < DEEPEST and not is_outside:
            yield from (f"{entry.name}/{path}" for path in _paths_below(folder / entry.name, root, depth + 1))


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def best_matches(paths: Iterable[str], run_modes: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return for each PID the applicable paths with the most matching run modes, sorted; more than one is a tie that AEM leaves open.

    A folder applies if AEM takes configurations from it and all run modes of its name are active; `config` always does.
    """
    best: dict[str, list[tuple[int, str]]] = {}
    for path in sorted(paths):
        folder = folder_of(path)
        if folder is None or not folder.applies(run_modes):
            continue
        rivals = best.setdefault(pid_of(path), [])
        if not rivals or len(folder.modes) > rivals[0][0]:
            rivals[:] = [(len(folder.modes), path)]
        elif len(folder.modes) == rivals[0][0]:
            rivals.append((len(folder.modes), path))
    return {pid: tuple(path for _, path in rivals) for pid, rivals in best.items()}


def pid_of(path: str) -> str:
    """Return the PID that a file is for; a hyphen without a tilde begins the name of one of several, as a tilde does."""
    pid = PurePosixPath(path).name.removesuffix(form_of(path) or "")
    return pid if "~" in pid else pid.replace("-", "~", 1)


def _listed(directory: Path) -> list[str]:
    try:
        return _names_in(directory)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise ConfigurationFileError(f"{directory} is no directory; it must be the osgiconfig folder of the AEM project") from None
    except OSError as error:
        raise ConfigurationFileError(f"{directory} cannot be listed: {error.strerror}") from None


def _refuse_to_list(error: OSError) -> NoReturn:
    raise ConfigurationFileError(f"{error.filename} cannot be listed: {error.strerror}") from None


def _names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def _parse_winner(tree: Tree, paths: Sequence[str]) -> Properties:
    path, *rivals = paths
    if rivals:
        raise ConfigurationFileError(f"{', '.join(paths)} match the same number of run modes; AEM does not define which one wins")
    return tree.properties(path)
