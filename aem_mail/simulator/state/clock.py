"""Simulated time: real time, stretched by a factor, plus the steps that somebody asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class SimulatedClock:
    """A reading of simulated time, and how it goes on from there.

    All times are seconds; `base`, `base_wall` and every result are since the epoch. A `scale` of 600 makes ten simulated
    minutes pass in one real second; 0 stops the clock, so that only `advanced` moves it.
    """

    base: float
    base_wall: float
    scale: float = 1.0
    advances: float = 0.0

    @classmethod
    def starting(cls, wall: float, scale: float = 1.0) -> SimulatedClock:
        return cls(base=wall, base_wall=wall, scale=scale)

    def at(self, wall: float) -> float:
        """The simulated time at the real time `wall`."""
        return self.base + (wall - self.base_wall) * self.scale + self.advances

    def token_time(self, wall: float) -> float:
        """Real time plus the steps, on which access tokens age.

        Tokens do not age with the scale: a client renews them by its own clock, which runs in real time.
        """
        return wall + self.advances

    def advanced(self, seconds: float) -> SimulatedClock:
        return replace(self, advances=self.advances + seconds)

    def set_to(self, now: float, wall: float) -> SimulatedClock:
        """The same pace, from the simulated time `now` at the real time `wall`."""
        return replace(self, base=now - self.advances, base_wall=wall)

    def paced(self, scale: float, wall: float) -> SimulatedClock:
        """Another pace from the real time `wall` on, without a jump."""
        return replace(self.set_to(self.at(wall), wall), scale=scale)
