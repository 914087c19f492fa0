"""The recorded states, oldest first."""

from typing import Final

from tests.states import state_1, state_2, state_3

STATES: Final = (state_1.STATE, state_2.STATE, state_3.STATE)
