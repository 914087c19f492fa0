"""What this machine sees of a mail server and of a sender's domain. It is not AEM's path, and proves nothing about it.

Needs the extra `preflight` (dnspython, cryptography); import it where it is used.
"""

from aem_mail.preflight.run import preflight
from aem_mail.preflight.step import Step, StepVerdict
from aem_mail.preflight.target import Login, PreflightOptions, Seen, Target, exit_code

__all__ = ["Login", "PreflightOptions", "Seen", "Step", "StepVerdict", "Target", "exit_code", "preflight"]
