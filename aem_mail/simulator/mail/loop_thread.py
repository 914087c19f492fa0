"""An event loop in a thread of its own, for servers that are driven from other threads."""

import asyncio
import logging
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")

DEADLINE = 10.0
TURNS_TO_SETTLE = 10


class LoopThread:
    """Runs coroutines of any thread; after `stop` neither the thread nor a task of the loop is left."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_note)
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run the coroutine on the loop and return what it returns; TimeoutError after ten seconds."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(DEADLINE)

    def stop(self) -> None:
        self.run(_settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


async def _settle() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    # A TLS handshake that its peer gave up has no task; the transport needs a few turns of the loop to notice and close.
    for _ in range(TURNS_TO_SETTLE):
        await asyncio.sleep(0)


def _note(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Failed handshakes are what the mail path is for; asyncio would report each as an error."""
    log.debug("%s: %s", context.get("message"), type(context.get("exception")).__name__)
