"""`python -m engine install` makes sure that there is an engine; `python -m engine env` prints its environment for a shell to eval."""

import argparse
import os
import signal
import sys
from types import FrameType

from engine.errors import EngineError
from engine.installation import install_engine, say_on_stderr, with_command_plugin
from engine.variables import export_lines


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
        sys.stdout.write(export_lines(complete.variables()))
    else:
        say_on_stderr(f"ready ({engine.bin or 'on PATH'})")
    return 0


def _exit(number: int, _: FrameType | None) -> None:
    # An exception, so that what was begun is cleaned up.
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
