"""Arguments as dictionaries, for type checkers and editors. Made of the classes of arguments: `make docs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from aem_mail.model import ConflictPolicy
from aem_mail.resources.base.either import Either


class PublishedConfigurationArgsDict(TypedDict):
    """PublishedConfigurationArgs as a dictionary."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    repository: pulumi.Input[str]
    """The address of the Git repository, without user or password."""
    branch: pulumi.Input[str]
    """The branch that the files are committed to."""
    directory: pulumi.Input[str]
    """The ``osgiconfig`` folder in the repository."""
    configurations: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]]]
    """The files, as ``{"pid": …, "content": …}``: the output ``osgi_config`` of a MailEgress."""
    run_mode: NotRequired[pulumi.Input[str] | None]
    """Run modes that they are for, such as ``"dev"``; default: all, in the folder ``config``."""
    author: NotRequired[pulumi.Input[str]]
    """Who commits, as ``"Name <address>"``; default: ``"aem-mail <aem-mail@localhost>"``."""
    username: NotRequired[pulumi.Input[str] | None]
    """Who pushes over HTTPS; default: what Git's own configuration says."""
    password_from: NotRequired[pulumi.Input[str] | None]
    """Where the password or token of ``username`` is read: ``"env:NAME"`` or ``"file:PATH"``."""
    delete_file: NotRequired[pulumi.Input[bool]]
    """Whether files that are wanted no more are removed from the branch; default: False."""
    on_conflict: NotRequired[pulumi.Input[Either[ConflictPolicy, str]]]
    """What to do where somebody else has written a file: ``"error"``, the default, or ``"replace"``."""
    pipeline: NotRequired[pulumi.Input[str] | None]
    """The id or name of Cloud Manager's pipeline that is started for each new commit and followed; default: none is."""
    pipeline_timeout: NotRequired[pulumi.Input[float] | None]
    """Seconds to follow the pipeline; default: 7200."""
