"""What a trial asks of an engine, be it the stand-in or the real one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from aem_mail.simulator.server import Running
from tests.soak.history import Operation, Program, Recorded
from tests.soak.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Order:
    """What the engine is to do: ``command`` is up, refresh or destroy."""

    command: str
    program: Program
    state: Sequence[Recorded]


class Process(Protocol):
    """One run of an engine; ``state``, ``operations`` and how it ended are complete after ``wait``."""

    state: Sequence[Recorded]
    operations: list[Operation]
    completed: bool
    after_operations: tuple[int, Callable[[], object]] | None

    @property
    def cancelled(self) -> bool:
        """Whether an interruption kept it from doing all that it was ordered."""

    def start(self) -> None: ...

    def wait(self) -> None: ...

    def kill(self) -> None:
        """End it at once, as ``kill -9`` does; nothing if it has ended."""

    def kill_plugin(self) -> None:
        """End only the process of the provider."""

    def interrupt(self) -> None:
        """Press Ctrl-C."""

    def doze(self, seconds: float) -> None:
        """Let it sleep as a laptop does, and wake it up."""


class Launcher(Protocol):
    """Starts runs of two stacks, "one" and "two", in ``folder``; ``time_scale`` is how fast the simulator goes for it."""

    time_scale: ClassVar[float]

    def __init__(self, schedule: Schedule, simulator: Running, folder: Path) -> None: ...

    def process(self, name: str, order: Order, *, disturbed: bool) -> Process: ...

    def files(self) -> Mapping[str, str]:
        """Return the OSGi configuration files of stack "one", as path → text."""

    def texts(self) -> Mapping[str, str]:
        """Return what the runs have printed and logged."""
