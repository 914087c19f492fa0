"""The statuses of the API, and what each set of them means: one set for one question, whoever asks it.

Source: the enumerations of the API's specification. A status that stands in none of the sets is at rest and usable.
"""

from collections.abc import Mapping
from typing import Final

READY: Final = "ready"
DELETED: Final = "deleted"
HIBERNATED: Final = "hibernated"
GONE: Final = frozenset({"deleting", DELETED})
"""Of an environment, a network infrastructure or a variable that is not there any more, or not for long."""

ENVIRONMENT_CHANGING: Final = frozenset({"creating", "created", "updating", "restoring", "resetting", "deleting"})
"""A change is under way: another one is refused, and what is read may be what was before."""
ENVIRONMENT_UNCHANGEABLE: Final[Mapping[str, str]] = {
    HIBERNATED: "it is hibernated; wake it up in Cloud Manager, then run `pulumi up` again",
    DELETED: "it was deleted; take its resources out of the program",
}
"""No change is possible, and waiting does not help: why, and what does."""

INFRASTRUCTURE_PENDING: Final = frozenset({"creating", "updating"})
"""It will be usable after a while."""
INFRASTRUCTURE_CHANGING: Final = INFRASTRUCTURE_PENDING | {"deleting"}
INFRASTRUCTURE_FAILED: Final = frozenset({"failed", "error"})

VARIABLE_CHANGING: Final = frozenset({"creating", "updating", "deleting"})
VARIABLE_FAILED: Final = frozenset({"failed", "deleted_failed"})
VARIABLE_LASTING: Final = frozenset({READY, "creating", "updating"})
"""It is there, or will be once the environment is ready."""

EXECUTION_SUCCEEDED: Final = "FINISHED"
EXECUTION_OVER: Final = frozenset({EXECUTION_SUCCEEDED, "FAILED", "ERROR", "CANCELLED"})
STEP_FAILED: Final = frozenset({"FAILED", "ERROR", "CANCELLED", "ROLLED_BACK", "INCOMPLETE"})
STEP_CURRENT: Final = frozenset({"RUNNING", "WAITING", "ROLLING_BACK"})

PENDING_WRITES: Final = frozenset({"creating", "updating"})
"""Of the operations that Pulumi records as pending: those after which something that was not there may stand in a place."""
