"""What can go wrong between a declaration and the AEM project's repository; each text is one paragraph without a secret."""

from aem_mail.errors import AemMailError


class RepositoryUnusable(AemMailError):
    """The repository, or a path in it, is not what was declared; only another declaration or a change there fixes it."""

    exit_code = 3


class RepositoryDenied(AemMailError):
    """The repository's server lets nobody in with these credentials, or not to write to this branch."""

    exit_code = 10


class RepositoryFailed(AemMailError):
    """Git or the repository's server failed, or could not be reached."""

    exit_code = 30


class Interrupted(AemMailError):
    """The command was told to end."""
