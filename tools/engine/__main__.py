"""`python -m engine install` makes sure that there is an engine; `python -m engine env` prints its environment for a shell to eval."""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from tools.engine.errors import EngineError
from tools.engine.installation import install_engine, say_on_stderr, with_command_plugin
from tools.engine.variables import export_lines


def main() -> int:
    """Run one command; 1 if there is no engine, with one paragraph on stderr."""
    parser = argparse.ArgumentParser(prog="python -m engine", description="The Pulumi engine of this machine.")
    parser.add_argument("command", choices=("install", "env"))
    parser.add_argument("--command-plugin", action="store_true", help="env: also find the plugin of pulumi-command, or its stand-in")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, _exit)
    try:
        engine = install_engine(os.environ)
        complete = with_command_plugin(engine, os.environ) if arguments.command_plugin or arguments.command == "install" else engine
    except EngineError as error:
        say_on_stderr(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    if arguments.command == "env":
        return _printed(export_lines(complete.variables()))
    say_on_stderr(f"ready ({engine.bin or 'on PATH'})")
    return 0


def _printed(text: str) -> int:
    """Print; 1 where standard output is full or closed, since a shell would go on with a part of it."""
    if sys.stdout is None:
        say_on_stderr("standard output is closed, so the environment cannot be printed.")
        return 1
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            say_on_stderr(f"standard output cannot be written: {error.strerror}.")
        # Python tries again at its end, and complains.
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        return 1
    return 0


def _exit(number: int, _: FrameType | None) -> None:
    # An exception, so that what was begun is cleaned up.
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
