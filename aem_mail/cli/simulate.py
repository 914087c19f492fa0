"""`aem-mail simulate`: a Cloud Manager of one's own, on loopback, until SIGTERM or Ctrl-C; with `--env` in the background."""

from __future__ import annotations

import argparse
import json
import math
import signal
import threading
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aem_mail.cli import trial
from aem_mail.cli.background import COMMAND, holding, outlast
from aem_mail.cli.files import read_text, write_privately
from aem_mail.cli.shells import SHELLS, USUAL
from aem_mail.errors import InvalidInput, Problem, missing_extra
from aem_mail.files import FileUnusable

if TYPE_CHECKING:
    from aem_mail.simulator.server import Running
    from aem_mail.simulator.world import SimulatedWorld

DEFAULT_PORT: Final = 8765
LARGEST_SEED: Final = 16 << 20
SECONDS_BETWEEN_LOOKS: Final = 0.5


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Simulate Cloud Manager on 127.0.0.1. The first line on stdout is JSON: url, orgId, clientId, clientSecret. Open the url in a "
        "browser to see what is there and what happens. With --env, do so in the background, and print what leads a shell there: "
        f"{_taking()}."
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--env", action="store_true", help="start it in the background, unless it runs, and print lines for a shell")
    how.add_argument("--stop", action="store_true", help="end the one in the background; its state stays in the project")
    parser.add_argument(
        "--shell", choices=SHELLS, default=USUAL, metavar="SHELL", help=f"with --env: {', '.join(SHELLS)} (default {USUAL})"
    )
    parser.add_argument("--port", type=_port, help=f"port to listen on, 0 for a free one (default {DEFAULT_PORT}, with --env 0)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the state in this file, across restarts")
    parser.add_argument("--seed", type=Path, metavar="FILE", help="JSON to start from and to go back to, in the form of /_sim/state")
    parser.add_argument(
        "--time-scale", type=_scale, metavar="X", help=f"simulated seconds per real second (default 1, with --env {trial.TIME_SCALE:g})"
    )
    # What the one in the background is started with: it ends once this file is gone.
    parser.add_argument("--record", type=Path, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until a signal asks for the end; 0 then, 3 for a seed, state file or port that cannot be used."""
    if args.stop:
        return trial.stop()
    return trial.lead_there(args) if args.env else _serve(args)


def _taking() -> str:
    return "; ".join(f"in {name}, `{shell.take.format(command=trial.ENVIRONMENT)}`" for name, shell in SHELLS.items())


def _serve(args: argparse.Namespace) -> int:
    try:
        from aem_mail.simulator.server import serving  # noqa: PLC0415 - heavy, and not installed with the provider alone
    except ModuleNotFoundError as error:
        raise InvalidInput(COMMAND, [missing_extra(error, "simulator")]) from error

    world = _world(args)
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    port = DEFAULT_PORT if args.port is None else args.port
    record: Path | None = args.record
    try:
        with nullcontext() if record is None else holding(record), serving(world, port) as simulator:
            announced = json.dumps(_account(simulator))
            if record is not None:
                write_privately(record, "--record", announced.encode())
            print(announced, flush=True)
            _wait_for(stop) if record is None else outlast(record, stop)
    except OSError as error:
        raise _unusable("--port", f"{port} cannot be used ({error.strerror}); --port 0 picks a free one") from error
    world.on_change()
    return 0


def _wait_for(stop: threading.Event) -> None:
    # A wait without an end is not interrupted on Windows.
    while not stop.wait(SECONDS_BETWEEN_LOOKS):
        pass


def _account(simulator: Running) -> dict[str, str]:
    return {
        "url": simulator.url,
        "orgId": simulator.org_id,
        "clientId": simulator.client_id,
        "clientSecret": simulator.client_secret,
    }


def _world(args: argparse.Namespace) -> SimulatedWorld:
    from aem_mail.simulator.api.problems import Problem as SimulatorProblem  # noqa: PLC0415

    time_scale = 1.0 if args.time_scale is None else args.time_scale
    seed = None if args.seed is None else read_text(args.seed, "--seed", LARGEST_SEED)
    try:
        world = _seeded(None if seed is None else json.loads(seed), time_scale, for_trial=args.record is not None)
    except (ValueError, RecursionError, SimulatorProblem) as error:
        raise _unusable("--seed", f"{args.seed} is no seed ({error})") from error
    if args.state is not None:
        _keep(world, args.state, time_scale)
    return world


def _seeded(document: Any, time_scale: float, *, for_trial: bool) -> SimulatedWorld:
    from aem_mail.simulator.state.clock import SimulatedClock  # noqa: PLC0415
    from aem_mail.simulator.state.seed import trial_seed  # noqa: PLC0415
    from aem_mail.simulator.world import SimulatedWorld  # noqa: PLC0415

    if document is None and for_trial:
        return SimulatedWorld(trial_seed(), clock=SimulatedClock.starting(time.time(), time_scale))
    return SimulatedWorld.seeded(document, time_scale=time_scale)


def _keep(world: SimulatedWorld, path: Path, time_scale: float) -> None:
    """Go on from the state file, if there is one, and write every change to it."""
    from aem_mail.simulator.state.storage import Storage, StorageError  # noqa: PLC0415

    storage = Storage(path)
    try:
        stored = storage.load(world.wall(), time_scale)
        if stored is not None:
            world.restore(*stored)
        world.on_change = lambda: storage.save(world.state, world.clock, world.wall())
        world.on_change()
    except StorageError as error:
        raise _unusable("--state", str(error)) from error
    except FileUnusable as error:
        raise _unusable("--state", f"{error.path} {error.fault}") from error


def _unusable(option: str, message: str) -> InvalidInput:
    return InvalidInput(COMMAND, [Problem(option, message)])


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is from 0 to 65535, not {text!r}")
    return int(text)


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not (math.isfinite(scale) and scale >= 0):
        raise argparse.ArgumentTypeError(f"a scale is 0 or more, not {text!r}")
    return scale
