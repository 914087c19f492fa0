"""Whether the engine runs enough operations at a time for changes that belong together to arrive together."""

from typing import Final

ENOUGH: Final = 256


class Width:
    """Counts the resources that a program declares in components, and says once that the engine is too narrow for them."""

    def __init__(self) -> None:
        self._resources = 0
        self._said = False

    def add(self, resources: int, parallel: int | None) -> str | None:
        """Add a component's resources; return the message when ``parallel`` (None: not known) becomes too small for all so far."""
        self._resources += resources
        if self._said or parallel is None or parallel >= self._resources:
            return None
        self._said = True
        operations = "1 operation" if parallel == 1 else f"{parallel} operations"
        return (
            f"The engine runs {operations} at a time, and this program declares at least {self._resources} resources that belong "
            "together: they may arrive in several batches, each of which is a further change of the environment (10 minutes for "
            "networking; for variables 5, and a restart of AEM). Declare them as PortForwards and EnvVars, or set "
            f"PULUMI_PARALLEL={ENOUGH} where Pulumi runs (--parallel {ENOUGH}), and they are one change."
        )
