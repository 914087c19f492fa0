"""No step waits longer than its own time, nor all of them together longer than theirs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Deadline:
    """Times in seconds; the total one counts from here. To be made on the event loop that it is used on."""

    def __init__(self, step_seconds: float, total_seconds: float) -> None:
        self._step_seconds = step_seconds
        self._total_seconds = total_seconds
        self._end = asyncio.get_running_loop().time() + total_seconds

    @asynccontextmanager
    async def step(self) -> AsyncIterator[None]:
        """Give one step its time; raises TimeoutError."""
        async with asyncio.timeout_at(min(asyncio.get_running_loop().time() + self._step_seconds, self._end)):
            yield

    @property
    def patience(self) -> str:
        """Say how long nothing came."""
        if asyncio.get_running_loop().time() >= self._end:
            return f"no answer before the {self._total_seconds:g} s of the whole preflight were over"
        return f"no answer within {self._step_seconds:g} s"
