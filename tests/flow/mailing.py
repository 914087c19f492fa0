"""AEM's stand-in sends all the while, whatever happens to its environment meanwhile."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.flow.conftest import Simulator


@contextmanager
def sending(simulator: Simulator, deployed: Path) -> Iterator[list[dict[str, Any]]]:
    """Send all the while with a deployed configuration; give what became of each message, of which there is one at least."""
    sent: list[dict[str, Any]] = []
    over = threading.Event()

    def send() -> None:
        while not over.wait(0.02) or not sent:
            sent.append(simulator.send(deployed))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield sent
    finally:
        over.set()
        sender.join(30)


def lost(sent: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in sent if not one["delivered"]]
