"""A clock that a test moves."""


class SteppedClock:
    """Time moves only by sleeping, at once; `sleeps` holds the pauses."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.sleeps: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += seconds
