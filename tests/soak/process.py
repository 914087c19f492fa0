"""One engine run in a process of its own, which can be killed or stopped at any moment; its state is kept out here.

The processes are forked from a server that has everything imported and no thread, so that one costs some milliseconds.
"""

import encodings.idna  # noqa: F401 - loaded while everything can still be read
import logging
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
from pulumi.dynamic import ConfigureRequest
from pulumi.dynamic.config import Config

from aem_mail.cloud_manager import outcome, wire
from aem_mail.resources.base.plugin import begin, current_run
from tests.soak.engine import EVERYTHING, PROVIDERS, Engine, Listener
from tests.soak.history import Operation, Recorded, Step
from tests.soak.launcher import Order

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__, "tests.soak.trial", "pytest"])

LONGEST = 300.0
"""Real seconds after which a run counts as hanging."""

NOBODY = 65534
STOP = "stop"


@dataclass(frozen=True, slots=True)
class Conditions:
    """Where and how a run takes place.

    ``directory`` is the project's folder, ``environ`` what is set besides the usual. ``answer_within`` is the seconds that the
    client waits for an answer, ``width`` how many operations run at a time. ``full_disk`` lets no byte be written to a file,
    ``as_nobody`` runs without root's rights.
    """

    directory: Path
    environ: Mapping[str, str]
    configuration: Mapping[str, str]
    answer_within: float = 15.0
    width: int = EVERYTHING
    full_disk: bool = False
    as_nobody: bool = False
    verbose: bool = False


@dataclass
class EngineProcess:
    """A run that has been started; ``state`` and ``pending`` are the last that it reported, as an engine's checkpoint has them."""

    conditions: Conditions
    order: Order
    state: Sequence[Recorded] = ()
    operations: list[Operation] = field(default_factory=list)
    completed: bool = False
    pending: list[Recorded] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = tuple(self.order.state)
        self._pipe, theirs = CONTEXT.Pipe()
        self.after_operations: tuple[int, Callable[[], object]] | None = None
        self._process = CONTEXT.Process(target=_run, args=(theirs, self.conditions, self.order, tuple(self.pending)), daemon=True)
        self._theirs = theirs
        self._interrupted = False
        self._listener = threading.Thread(target=self._listen, daemon=True)

    def start(self) -> None:
        self._process.start()
        self._theirs.close()
        self._listener.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def wait(self) -> None:
        """Return when it has ended; one that does not is killed, and counts as not completed."""
        self._listener.join(LONGEST)
        if self._listener.is_alive():
            self.kill()
            self._listener.join(LONGEST)
        self._process.join(LONGEST)
        self._process.close()
        self._pipe.close()

    @property
    def cancelled(self) -> bool:
        expected = len(self.order.program or self.order.state)
        return self._interrupted and len({one.name for one in self.operations}) < expected

    def kill(self) -> None:
        """End it at once, as ``kill -9`` does; nothing if it has ended."""
        self._signal(signal.SIGKILL)

    def kill_plugin(self) -> None:
        """The same: engine and provider are one process here."""
        self.kill()

    def doze(self, seconds: float) -> None:
        """Let it sleep as a laptop does, and wake it up."""
        self._signal(signal.SIGSTOP)
        threading.Timer(seconds, self._signal, [signal.SIGCONT]).start()

    def interrupt(self) -> None:
        """Ask it to start nothing new, as one Ctrl-C does."""
        self._interrupted = True
        try:
            self._pipe.send(STOP)
        except OSError:
            return

    def _signal(self, number: int) -> None:
        try:
            if self._process.is_alive():
                os.kill(self.pid, number)
        except (ValueError, ProcessLookupError):  # it has ended, and perhaps been closed
            return

    def _listen(self) -> None:
        while True:
            try:
                message = self._pipe.recv()
            except (EOFError, OSError):
                return
            if isinstance(message, Operation):
                self.operations.append(message)
                self._end(message)
                if self.after_operations is not None and len(self.operations) == self.after_operations[0]:
                    self.after_operations[1]()
            elif isinstance(message, Recorded):
                self.pending.append(message)
            elif message is None:
                self.completed = True
            else:
                self.state = message

    def _end(self, operation: Operation) -> None:
        """Forget a creation that has ended; those that earlier runs were cut off in come before it, and stay."""
        if operation.step is Step.CREATE:
            mine = [one for one in self.pending if (one.name, one.kind) == (operation.name, operation.kind)]
            if mine:
                self.pending.remove(mine[-1])


def _run(pipe: Connection, conditions: Conditions, order: Order, cut_off: Sequence[Recorded]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sending = threading.Lock()

    def send(message: object) -> None:
        with sending:
            pipe.send(message)

    _settle(conditions)
    engine = Engine(order.state, Listener(send, send, send), cut_off, conditions.width)
    begin(replace(current_run(), record=engine.record()))
    threading.Thread(target=_obey, args=(pipe, engine), daemon=True).start()
    for provider in PROVIDERS.values():
        provider.configure(ConfigureRequest(Config(dict(conditions.configuration), "soak")))
    if order.command == "up":
        engine.up(order.program)
    elif order.command == "destroy":
        engine.destroy()
    else:
        engine.refresh()
    send(None)
    logging.shutdown()
    os._exit(0)


def _obey(pipe: Connection, engine: Engine) -> None:
    try:
        if pipe.recv() == STOP:
            engine.stop()
    except (EOFError, OSError):
        os._exit(1)


def _settle(conditions: Conditions) -> None:
    os.chdir(conditions.directory)
    os.environ.update(conditions.environ)
    # Pauses between attempts are for a server far away; a schedule has thousands of them.
    setattr(outcome, "_FIRST", 0.05)  # noqa: B010 - it is final for everybody else
    setattr(wire, "TIMEOUT", httpx.Timeout(conditions.answer_within))  # noqa: B010
    logging.basicConfig(
        filename=conditions.directory / "log.txt", level=logging.DEBUG if conditions.verbose else logging.WARNING, force=True
    )
    if conditions.full_disk:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if conditions.as_nobody and os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def warm_up() -> float:
    """Start the server that runs are forked from; return the seconds that took."""
    began = time.monotonic()
    process = CONTEXT.Process(target=_nothing, daemon=True)
    process.start()
    process.join(LONGEST)
    return time.monotonic() - began


def _nothing() -> None:
    """End at once."""
