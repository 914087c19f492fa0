"""What can go wrong in a step of a pipeline; each text is one paragraph with the next step."""

from aem_mail.errors import AemMailError


class PipelineError(AemMailError):
    """The step cannot do what it is for."""

    exit_code = 30


class WrongUse(PipelineError):
    """The step was called with something that it cannot use, or outside of a pipeline."""

    exit_code = 3


class NotReviewed(PipelineError):
    """What is to be applied is not what was reviewed."""

    exit_code = 2


class NoPermission(PipelineError):
    """The token is missing, wrong, or lacks a permission."""

    exit_code = 10


class Unavailable(PipelineError):
    """No answer, a server's error, or too many requests: worth another try."""


class NothingKnown(PipelineError):
    """A command before this step failed; its exit code, ``code``, is handed on."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
