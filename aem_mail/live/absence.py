"""The proof that an environment is not there."""

from collections.abc import Sequence

from aem_mail.errors import AemMailError
from aem_mail.model import Environment, EnvironmentId


class EnvironmentGone(AemMailError):
    """The environment is not in its program: the program's list of environments was read and lacks it."""

    exit_code = 3


def gone(environment: EnvironmentId, listed: Sequence[Environment]) -> EnvironmentGone | None:
    """Prove by its program's list, answered with 200, that an environment is not there. None where it is listed."""
    if any(one.id == environment.environment_id for one in listed):
        return None
    there = ", ".join(f"{one.id} ({one.type})" for one in listed) or "none"
    return EnvironmentGone(
        f"Environment {environment.environment_id} does not exist in program {environment.program_id}, whose environments are: {there}. "
        "Set environment_id to one of them, or program_id to the environment's own program."
    )
