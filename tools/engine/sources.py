"""Where the engine is taken from: pure decisions."""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tools.engine.errors import EngineError
from tools.engine.versions import Version

CHOICE = "AEM_MAIL_ENGINE"


class Source(StrEnum):
    """Where an engine comes from; the values are those of the variable AEM_MAIL_ENGINE."""

    PATH = "path"
    DOWNLOAD = "download"
    BUILD = "build"


@dataclass(frozen=True)
class FoundCli:
    """A `pulumi` on PATH, its version (None: it does not say) and the companions that it lacks."""

    executable: Path
    version: Version | None
    missing: tuple[str, ...] = ()


def forced_source(value: str | None) -> Source | None:
    """The user's choice; unset or empty means that the best source is looked for."""
    if not value:
        return None
    try:
        return Source(value)
    except ValueError:
        names = ", ".join(Source)
        raise EngineError(
            f"{CHOICE} is {value!r}, which is none of {names}. Set it to one of them, or unset it to use the best one."
        ) from None


def objection(found: FoundCli | None, oldest: Version) -> str | None:
    """Say why the CLI on PATH cannot be used; None if it can."""
    if found is None:
        return "there is no pulumi on PATH"
    if found.version is None:
        return f"{found.executable} does not tell its version"
    if found.version < oldest:
        return f"{found.executable} is version {found.version}, older than {oldest}"
    if found.version.major > oldest.major:
        return f"{found.executable} is version {found.version}, a later major version than {oldest}"
    if found.missing:
        return f"{found.executable} lacks {' and '.join(found.missing)} beside it or on PATH"
    return None


def candidates(forced: Source | None, *, path_is_usable: bool, installed: Set[Source]) -> tuple[Source, ...]:
    """The sources to try, in this order.

    What is there is used before anything is installed, and the user's own CLI before ours.
    """
    if forced is not None:
        return (forced,)
    if path_is_usable:
        return (Source.PATH,)
    for source in (Source.DOWNLOAD, Source.BUILD):
        if source in installed:
            return (source,)
    return (Source.DOWNLOAD, Source.BUILD)
