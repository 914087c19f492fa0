"""One preflight under way."""

import ssl
from dataclasses import dataclass

from aem_mail.preflight.deadline import Deadline
from aem_mail.preflight.names import Names
from aem_mail.preflight.target import PreflightOptions, Target
from aem_mail.preflight.trust import verifying


@dataclass(frozen=True, slots=True)
class Probe:
    """What it looks at and how, the time that is left, whom it asks for names, and whom it trusts."""

    target: Target
    options: PreflightOptions
    deadline: Deadline
    names: Names
    trusting: ssl.SSLContext

    @classmethod
    def begun(cls, target: Target, options: PreflightOptions) -> "Probe":
        """Begin, on a running event loop. Raises InvalidInput for a file of authorities that is none."""
        deadline = Deadline(options.step_seconds, options.total_seconds)
        return cls(target, options, deadline, Names(options.resolver, deadline), verifying(options.ca_file))
