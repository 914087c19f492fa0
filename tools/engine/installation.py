"""Find the engine, install it where it lacks, and say what it needs in its environment."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tools.engine import pins
from tools.engine.build import build
from tools.engine.cache import Say, cache_folder, keep_private, locked
from tools.engine.command_stand_in import install_command_stand_in, real_plugin_is_there
from tools.engine.download import download, download_key
from tools.engine.errors import EngineError
from tools.engine.on_path import find_cli
from tools.engine.sources import CHOICE, Source, candidates, forced_source, objection
from tools.engine.variables import engine_variables, without_folder
from tools.engine.versions import Version

_INSTALLERS: dict[Source, Callable[[Path, Mapping[str, str], Say], None]] = {Source.DOWNLOAD: download, Source.BUILD: build}


@dataclass(frozen=True)
class Engine:
    """A usable engine: where it comes from and the folder of its executables; None: they are on PATH."""

    source: Source
    bin: Path | None
    path: str

    def variables(self) -> dict[str, str]:
        """The variables to set for it, PATH among them."""
        return engine_variables(self.source, self.bin, self.path)


def say_on_stderr(message: str) -> None:
    """Report progress, out of the way of what is printed to be evaluated."""
    print(f"engine: {message}", file=sys.stderr, flush=True)


def environment(*, command_plugin: bool = False) -> dict[str, str]:
    """The whole environment for a process that runs `pulumi`: this process's own, with the engine in it.

    With `command_plugin`, programs that use pulumi-command find its plugin, or the stand-in where the real one cannot be had.
    Installs what lacks, which may take minutes and is told on stderr. Raises EngineError.
    """
    engine = install_engine(os.environ)
    return {**os.environ, **(with_command_plugin(engine, os.environ) if command_plugin else engine).variables()}


def with_command_plugin(engine: Engine, environ: Mapping[str, str], say: Say = say_on_stderr) -> Engine:
    """The engine with the stand-in of the command plugin on its PATH, installed if it lacks; as it is, where it gets the real one.

    Not part of every environment: from then on the engine warns in each run, also of programs that use no command, where it is.
    """
    if engine.source is not Source.BUILD or real_plugin_is_there(environ, engine.path):
        return engine
    return replace(engine, path=f"{install_command_stand_in(cache_folder(environ), say)}{os.pathsep}{engine.path}")


def install_engine(environ: Mapping[str, str], say: Say = say_on_stderr) -> Engine:
    """The best engine for this environment, installed if it lacks. Raises EngineError if none can be had."""
    cache = cache_folder(environ)
    # An engine of ours that is on PATH already, from an earlier `eval`, is none of the user's.
    path = without_folder(environ.get("PATH", os.defpath), cache)
    forced = forced_source(environ.get(CHOICE))
    problem = objection(find_cli(environ, path), pins.cli_version()) if forced in {None, Source.PATH} else None
    if forced is Source.PATH and problem is not None:
        raise EngineError(f"{CHOICE} is {forced}, but {problem}. Install Pulumi {pins.cli_version()} or newer, or unset {CHOICE}.")

    targets = {Source.DOWNLOAD: cache / download_key(), Source.BUILD: cache / pins.build_key()}
    installed = {source for source, target in targets.items() if target.is_dir()}
    reasons = [problem] if problem else []
    for source in candidates(forced, path_is_usable=problem is None, installed=installed):
        if source is Source.PATH:
            return Engine(source, None, path)
        try:
            _install(source, targets[source], environ, say, reasons[-1] if reasons else f"{CHOICE} is {source}")
        except EngineError as error:
            reasons.append(str(error))
        else:
            return Engine(source, targets[source] / "bin", path)
    raise EngineError(no_engine(reasons, pins.cli_version()))


def no_engine(reasons: Sequence[str], oldest: Version) -> str:
    """The paragraph for a machine on which every source failed."""
    causes = "; ".join(reason.removesuffix(".") for reason in reasons)
    return (
        f"The Pulumi engine cannot be installed: {causes}. Fix one of these and run the command again, "
        f"or install Pulumi {oldest} or newer yourself and put it on PATH."
    )


def _install(source: Source, target: Path, environ: Mapping[str, str], say: Say, why: str) -> None:
    keep_private(target.parent)
    if target.is_dir():
        return
    with locked(target.parent, say):
        if not target.is_dir():
            say(f"{why.removesuffix('.')}; trying the {source}")
            _INSTALLERS[source](target, environ, say)
