"""`python -m tools.demo`: tell the story in a session of its own, and leave nothing behind, however it ends."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.demo.sessions import end_session
from tools.demo.stage import CHECKOUT
from tools.engine import EngineError, environment

INTERRUPTIONS: Final = tuple(
    number for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is not signal.SIG_IGN
)
"""The signals that end the story; under nohup, for one, a hang-up is none."""


def main() -> int:
    """Return 0 if everything went as told, 1 if not, 128 + the signal's number if interrupted."""
    try:
        environ = environment()
    except EngineError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    # Blocked and waited for instead of handled: no signal can come at a moment when something was begun and is not yet known.
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, (*INTERRUPTIONS, signal.SIGCHLD))
    scratch = Path(tempfile.mkdtemp(prefix="aem-mail-demo-"))
    try:
        return tell(scratch, environ)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def tell(scratch: Path, environ: Mapping[str, str]) -> int:
    """Run the story until it ends or a signal interrupts it; afterwards no process of it is left."""
    teller = subprocess.Popen(  # noqa: S603 - this interpreter, this package
        [sys.executable, "-m", "tools.demo.story", scratch], cwd=CHECKOUT, env=environ, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while teller.poll() is None:
            received = signal.sigwait((*INTERRUPTIONS, signal.SIGCHLD))
            if received in INTERRUPTIONS:
                print("demo: interrupted; clearing up", file=sys.stderr)
                return 128 + received
        return int(teller.returncode != 0)
    finally:
        end_session(teller.pid)
        teller.wait()


if __name__ == "__main__":
    sys.exit(main())
