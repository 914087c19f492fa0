"""The words of a commit: which environment, which stack, and where to make the next change."""

from collections.abc import Iterable

from aem_mail.publishing.request import Purpose


def commit_message(purpose: Purpose, *, removes: bool) -> str:
    """Return the message of a commit that sets or, with ``removes``, only removes an environment's configuration."""
    subject = f"{'Remove' if removes else 'Configure'} e-mail of environment {purpose.environment_id} (stack {purpose.stack})"
    body = (
        f"Program {purpose.program_id}. Written by `pulumi up` of project {purpose.project}: "
        "change the stack's settings rather than the file."
    )
    removal = f"Program {purpose.program_id}. Project {purpose.project} no longer declares it."
    return f"{subject}\n\n{removal if removes else body}\n"


def pathnames(paths: Iterable[str]) -> str:
    return ", ".join(sorted(paths))
