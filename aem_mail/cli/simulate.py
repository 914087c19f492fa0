"""`aem-mail simulate`: a Cloud Manager of one's own, on loopback, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import json
import math
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from aem_mail.cli.files import read_text
from aem_mail.errors import InvalidInput, Problem, missing_extra
from aem_mail.files import FileUnusable

if TYPE_CHECKING:
    from aem_mail.simulator.server import Running
    from aem_mail.simulator.world import SimulatedWorld

DEFAULT_PORT = 8765
LARGEST_SEED = 16 << 20


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Simulate Cloud Manager on 127.0.0.1. The first line on stdout is JSON: url, orgId, clientId, clientSecret. "
        "Open the url in a browser to see what is there and what happens."
    )
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help=f"port to listen on, 0 for a free one (default {DEFAULT_PORT})")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the state in this file, across restarts")
    parser.add_argument("--seed", type=Path, metavar="FILE", help="JSON to start from and to go back to, in the form of /_sim/state")
    parser.add_argument("--time-scale", type=_scale, default=1.0, metavar="X", help="simulated seconds per real second (default 1)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until a signal asks for the end; 0 then, 3 for a seed, state file or port that cannot be used."""
    try:
        from aem_mail.simulator.server import serving  # noqa: PLC0415 - heavy, and not installed with the provider alone
    except ModuleNotFoundError as error:
        raise InvalidInput("aem-mail simulate", [missing_extra(error, "simulator")]) from error

    world = _world(args)
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    try:
        with serving(world, args.port) as simulator:
            _announce(simulator)
            stop.wait()
    except OSError as error:
        raise _unusable("--port", f"{args.port} cannot be used ({error.strerror}); --port 0 picks a free one") from error
    world.on_change()
    return 0


def _announce(simulator: Running) -> None:
    credentials = {
        "url": simulator.url,
        "orgId": simulator.org_id,
        "clientId": simulator.client_id,
        "clientSecret": simulator.client_secret,
    }
    print(json.dumps(credentials), flush=True)


def _world(args: argparse.Namespace) -> SimulatedWorld:
    from aem_mail.simulator.api.problems import Problem as SimulatorProblem  # noqa: PLC0415
    from aem_mail.simulator.world import SimulatedWorld  # noqa: PLC0415

    seed = None if args.seed is None else read_text(args.seed, "--seed", LARGEST_SEED)
    try:
        world = SimulatedWorld.seeded(None if seed is None else json.loads(seed), time_scale=args.time_scale)
    except (ValueError, RecursionError, SimulatorProblem) as error:
        raise _unusable("--seed", f"{args.seed} is no seed ({error})") from error
    if args.state is not None:
        _keep(world, args.state, args.time_scale)
    return world


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
    return InvalidInput("aem-mail simulate", [Problem(option, message)])


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
