"""One drift finding: what it is about, both sides of each property, what its fix costs, and the ways to deal with it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aem_mail.checks.ignores import Ignore
from aem_mail.checks.place import Place
from aem_mail.model.drift_classes import DRIFT, DriftClass


@dataclass(frozen=True, slots=True)
class Property:
    """One property on every side, as JSON values: None where a side has none, ``[secret]`` for what is not shown.

    ``declared`` are the inputs of the last `pulumi up`, ``recorded`` the outputs that it recorded, ``program`` is what the present
    program wants (only with ``--program``).
    """

    name: str
    declared: Any = None
    recorded: Any = None
    live: Any = None
    program: Any = None


@dataclass(frozen=True, slots=True)
class Impact:
    """What a fix sends, by itself; ``restarts`` has the tiers of each restart. Fixes of one environment share their writes."""

    posts: int = 0
    puts: int = 0
    deletes: int = 0
    patches: int = 0
    restarts: tuple[tuple[str, ...], ...] = ()
    minutes: int = 0


class RemedyKind(StrEnum):
    """``apply``: restore what is declared. ``adopt``: declare what is live. ``ignore``: ignore it for a while."""

    APPLY = "apply"
    ADOPT = "adopt"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to deal with a finding: a sentence, and what to paste (empty where there is nothing) in ``language`` sh, python or yaml."""

    kind: RemedyKind
    text: str
    snippet: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class DriftFinding:
    """One finding. No text or value of it holds a secret.

    ``kind`` is the resource's class name; NonProxyHost for a host that nobody declares; Environment, Variables, Stack or Preview where
    something could not be read. ``id`` is the resource's id. ``name`` and ``urn`` are the resource's in the program, empty for what
    no stack declares. ``stack`` is empty where several stacks, or none, are concerned. ``fixed_by_up`` says whether
    `pulumi up --refresh` would change it. ``exit_code`` is that of an unknown finding's error. ``place`` is what it is about in its
    environment or program, None where that is a stack or Cloud Manager as a whole. ``publisher`` is the URN of the command that
    publishes a file, empty for everything else.
    """

    drift_class: DriftClass
    kind: str
    id: str
    thing: str
    message: str
    stack: str = ""
    name: str = ""
    urn: str = ""
    program_id: str | None = None
    environment_id: str | None = None
    properties: tuple[Property, ...] = ()
    fixed_by_up: bool = False
    impact: Impact | None = None
    remedies: tuple[Remedy, ...] = ()
    exit_code: int = 0
    ignored: Ignore | None = None
    expired: Ignore | None = None
    place: Place | None = None
    publisher: str = ""

    @property
    def key(self) -> str:
        """The stable id by which the file of ignores names it: ``drift:<class>:<kind>:<id>``."""
        return f"drift:{self.drift_class}:{self.kind}:{self.id}"

    @property
    def counts(self) -> bool:
        """Whether it is drift that nobody decided to ignore."""
        return self.drift_class in DRIFT and self.ignored is None
