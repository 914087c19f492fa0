"""`python -m aem_mail.publishing publish|withdraw|deploy`: what pulumi-command runs.

The request comes on stdin, the answer goes to stdout, and what people read to stderr.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Final, NoReturn

from aem_mail.errors import AemMailError
from aem_mail.publishing import claims
from aem_mail.publishing.errors import Interrupted
from aem_mail.publishing.publish import publish, withdraw
from aem_mail.publishing.request import Record, Request
from aem_mail.text.streams import complain, run_printing

PREVIOUS_OUTPUT: Final = "PULUMI_COMMAND_STDOUT"
OTHER, WRONG_USAGE = 1, 3


def main(arguments: list[str]) -> int:
    """Run one action and return its exit code, those of `aem-mail`; a failure is one paragraph on stderr."""
    return run_printing(lambda: _run(arguments))


def _run(arguments: list[str]) -> int:
    action = ACTIONS.get(arguments[0]) if len(arguments) == 1 else None
    if action is None:
        complain(f"usage: python -m aem_mail.publishing {'|'.join(ACTIONS)}, with a request on standard input")
        return WRONG_USAGE
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        # Whatever the locale says: the engine and its plugins speak UTF-8.
        answer = action(sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))
    except AemMailError as error:
        complain(str(error))
        return error.exit_code
    except OSError as error:
        complain(f"PublishedConfiguration: {error}. Correct that on this machine and run it again.")
        return OTHER
    if answer:
        print(answer)
    return 0


def _publish(request_text: str) -> str:
    request = Request.from_json(request_text)
    claims.this_run().claim(request.place, request.files)
    return publish(request, Record.from_json(os.environ.get(PREVIOUS_OUTPUT)), complain).to_json()


def _withdraw(request_text: str) -> str:
    request = Request.from_json(request_text)
    recorded = Record.from_json(os.environ.get(PREVIOUS_OUTPUT))
    if recorded is not None:
        withdraw(recorded, request, claims.this_run().claimed(recorded.place, recorded.files), complain)
    return ""


def _deploy(request_text: str) -> str:
    from aem_mail.publishing.deployment import deploy_requested  # noqa: PLC0415 - imports httpx, which most runs do not need

    return deploy_requested(request_text, os.environ, complain)


def _interrupt(number: int, _: FrameType | None) -> NoReturn:
    raise Interrupted(f"PublishedConfiguration: ended by {signal.Signals(number).name} before it was done; run it again.")


ACTIONS: Final[Mapping[str, Callable[[str], str]]] = {"publish": _publish, "withdraw": _withdraw, "deploy": _deploy}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
