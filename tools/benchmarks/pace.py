"""How thoroughly the benchmark measures."""

from dataclasses import dataclass
from typing import Final

from aem_mail.simulator.state.transitions import INFRASTRUCTURE_SECONDS, NETWORKING_SECONDS, VARIABLES_SECONDS

KIND: Final = "flexiblePortEgress"
LATENCY: Final = 0.05
"""Real seconds that every answer of the simulator waits."""
SHORT: Final = 600.0
"""The time scale of what waits for no change, or for many: a PUT takes one second."""
COUNTED: Final = 100.0
"""The time scale at which a wide run's changes are counted: a PUT takes six seconds, longer than the engine's burst of calls lasts."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``scale`` is the time scale of ratios of wall time; ``judged`` says whether they are held to their bounds."""

    name: str
    scale: float
    repetitions: int
    previews: int
    sizes: tuple[int, ...]
    """Numbers of rules; there are two variables for each, and one enablement."""
    judged: bool
    fleet: int = 100
    """Environments of a fleet, each in a stack of its own and all in one."""


FULL: Final = Pace("full", scale=10, repetitions=3, previews=7, sizes=(1, 5, 20, 50), judged=True)
QUICK: Final = Pace("quick", scale=60, repetitions=1, previews=3, sizes=(1, 5, 50), judged=False, fleet=20)


@dataclass(frozen=True, slots=True)
class Durations:
    """Real seconds that Cloud Manager's changes take at a time scale."""

    infrastructure: float
    put: float
    patch: float

    @property
    def existing(self) -> float:
        """The shortest way where the infrastructure is there: one PUT and one PATCH of one environment, which exclude each other."""
        return self.put + self.patch

    @property
    def fresh(self) -> float:
        """The shortest way of a fresh program: the variables go while the infrastructure is being created."""
        return max(self.infrastructure, self.patch) + self.put


def durations(scale: float) -> Durations:
    """Return what the simulator's changes take."""
    return Durations(INFRASTRUCTURE_SECONDS[KIND] / scale, NETWORKING_SECONDS / scale, VARIABLES_SECONDS / scale)
