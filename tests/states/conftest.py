"""The stacks and the simulator of the flow tests."""

from tests.flow.conftest import simulator, stack, watch

__all__ = ["simulator", "stack", "watch"]
