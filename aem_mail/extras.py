"""What a command needs that is not installed with the provider alone."""

from aem_mail.errors import Problem


def missing_extra(error: ModuleNotFoundError, extra: str) -> Problem:
    """Say that a library is missing, and how the extra that brings it is installed: there is no release on PyPI to name."""
    return Problem(
        "",
        f"{error.name} is missing; install the extra {extra} from where you have aem-mail itself: "
        f"pip install 'aem-mail[{extra}] @ git+https://your-git-host/aem-mail.git@<commit>', or '<checkout>[{extra}]'",
    )
