"""PublishedConfiguration: OSGi configurations in the AEM project's Git repository, and the pipeline that deploys them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Unpack, overload

import pulumi
from pulumi.runtime.config import CONFIG

from aem_mail import settings
from aem_mail.errors import InvalidInput, Problem, missing_extra
from aem_mail.kinds import published_configuration as rules
from aem_mail.kinds.osgi_config import configuration_path
from aem_mail.model import ConflictPolicy, holds_unknown
from aem_mail.model.system import is_windows
from aem_mail.publishing.deployment_request import PUBLIC_KEYS, DeploymentRequest
from aem_mail.publishing.request import BranchAddress, Purpose, Request
from aem_mail.resources.base.by_keywords import by_keywords
from aem_mail.resources.base.either import Either
from aem_mail.resources.base.engine_values import known, settled
from aem_mail.resources.base.plugin import current_run
from aem_mail.resources.base.reference import NotReadable, needed_by_up, resolve
from aem_mail.resources.base.stack_configuration import refuse_exposed_secrets
from aem_mail.resources.base.transitions import await_deployment
from aem_mail.resources.base.voice import refusal, warn
from aem_mail.text.confidential import Veil, texts_at

if TYPE_CHECKING:
    from aem_mail.publishing.dictionaries import PublishedConfigurationArgsDict

DEFAULT_AUTHOR: Final = "aem-mail <aem-mail@localhost>"
COMMAND: Final = (
    'PATH="${{PULUMI_RUNTIME_VIRTUALENV:-.venv}}/bin:$PATH"; export PATH; unset PYTHONHOME; exec python3 -P -m aem_mail.publishing {action}'
)
"""What the shell of pulumi-command is given, always the same; everything that varies goes to the command's standard input.

The engine tells plugins the project's virtual environment, which an absolute path in the state would not find on another machine.
"""


@dataclass
class PublishedConfigurationArgs:
    """Arguments of a PublishedConfiguration.

    Git's own configuration says who pushes, unless ``username`` and ``password_from`` do.
    """

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
    run_mode: pulumi.Input[str] | None = None
    """Run modes that they are for, such as ``"dev"``; default: all, in the folder ``config``."""
    author: pulumi.Input[str] = DEFAULT_AUTHOR
    """Who commits, as ``"Name <address>"``; default: ``"aem-mail <aem-mail@localhost>"``."""
    username: pulumi.Input[str] | None = None
    """Who pushes over HTTPS; default: what Git's own configuration says."""
    password_from: pulumi.Input[str] | None = None
    """Where the password or token of ``username`` is read: ``"env:NAME"`` or ``"file:PATH"``."""
    delete_file: pulumi.Input[bool] = False
    """Whether files that are wanted no more are removed from the branch; default: False."""
    on_conflict: pulumi.Input[Either[ConflictPolicy, str]] = ConflictPolicy.ERROR
    """What to do where somebody else has written a file: ``"error"``, the default, or ``"replace"``."""
    pipeline: pulumi.Input[str] | None = None
    """The id or name of Cloud Manager's pipeline that is started for each new commit and followed; default: none is."""
    pipeline_timeout: pulumi.Input[float] | None = None
    """Seconds to follow the pipeline; default: 7200."""


class PublishedConfiguration(pulumi.ComponentResource):
    """Keeps OSGi configurations committed to one branch, one commit for each change of them.

    Raises pulumi.RunError, with every problem at once, for arguments that cannot work, and where the extra ``publishing`` is missing.
    """

    commit: pulumi.Output[str]
    """The commit that has the files."""
    branch: pulumi.Output[str]
    """The branch that it is on."""
    pushed: pulumi.Output[bool]
    """Whether the last run had something to push."""
    execution: pulumi.Output[str] | None
    """The id of the pipeline's execution that deployed the commit; None without a pipeline."""

    @overload
    def __init__(self, name: str, args: PublishedConfigurationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Keeps OSGi configurations committed to one branch, one commit for each change of them."""

    @overload
    def __init__(
        self, name: str, /, opts: pulumi.ResourceOptions | None = None, **arguments: "Unpack[PublishedConfigurationArgsDict]"
    ) -> None:
        """Keeps OSGi configurations committed to one branch, one commit for each change of them.

        Raises pulumi.RunError, with every problem at once, for arguments that cannot work, and where the extra ``publishing`` is missing.

        :param program_id: The program's number as digits, such as ``"10001"``.
        :param environment_id: The environment's number as digits, such as ``"20001"``.
        :param repository: The address of the Git repository, without user or password.
        :param branch: The branch that the files are committed to.
        :param directory: The ``osgiconfig`` folder in the repository.
        :param configurations: The files, as ``{"pid": …, "content": …}``: the output ``osgi_config`` of a MailEgress.
        :param run_mode: Run modes that they are for, such as ``"dev"``; default: all, in the folder ``config``.
        :param author: Who commits, as ``"Name <address>"``; default: ``"aem-mail <aem-mail@localhost>"``.
        :param username: Who pushes over HTTPS; default: what Git's own configuration says.
        :param password_from: Where the password or token of ``username`` is read: ``"env:NAME"`` or ``"file:PATH"``.
        :param delete_file: Whether files that are wanted no more are removed from the branch; default: False.
        :param on_conflict: What to do where somebody else has written a file: ``"error"``, the default, or ``"replace"``.
        :param pipeline: The id or name of Cloud Manager's pipeline that is started for each new commit and followed; default: none is.
        :param pipeline_timeout: Seconds to follow the pipeline; default: 7200.
        """

    @by_keywords
    def __init__(self, name: str, args: PublishedConfigurationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse_exposed_secrets()
        given = {field.name: settled(value) for field in fields(args) if (value := getattr(args, field.name)) is not None}
        _check(name, known(given))
        self._commands = _commands(name)
        super().__init__(f"aem:mail:{rules.NAME}", name, None, opts)
        for warning in (*rules.warnings(known(given)), *_unread(args.password_from)):
            warn(str(warning), self)
        record = self._publish(name, given)
        self.commit = record.apply(lambda known: str(known["commit"]))
        self.branch = record.apply(lambda known: str(known["place"]["branch"]))
        self.pushed = record.apply(lambda known: bool(known["pushed"]))
        if given.get("pipeline") is not None:
            await_deployment(given["program_id"], given["environment_id"])
        self.execution = self._deploy(name, given)
        self.register_outputs(self.outputs())

    def outputs(self) -> dict[str, Any]:
        """Return what a program exports; nothing of it is secret."""
        outputs: dict[str, Any] = {"commit": self.commit, "branch": self.branch, "pushed": self.pushed}
        return outputs if self.execution is None else {**outputs, "execution": self.execution}

    def _publish(self, name: str, given: Mapping[str, Any]) -> pulumi.Output[Mapping[str, Any]]:
        command = self._commands.Command(
            f"{name}-files",
            create=COMMAND.format(action="publish"),
            delete=COMMAND.format(action="withdraw"),
            stdin=pulumi.Output.from_input(given).apply(lambda arguments: _request(name, given, arguments).to_json()),
            logging=self._commands.Logging.STDERR,
            opts=pulumi.ResourceOptions(parent=self),
        )
        record: pulumi.Output[Mapping[str, Any]] = command.stdout.apply(json.loads)
        return record

    def _deploy(self, name: str, given: Mapping[str, Any]) -> pulumi.Output[str] | None:
        if given.get("pipeline") is None:
            return None
        command = self._commands.Command(
            f"{name}-pipeline",
            create=COMMAND.format(action="deploy"),
            stdin=pulumi.Output.all(given, self.commit).apply(lambda both: _deployment(*both).to_json()),
            logging=self._commands.Logging.STDERR,
            opts=pulumi.ResourceOptions(parent=self),
        )
        execution: pulumi.Output[str] = command.stdout.apply(lambda text: str(json.loads(text)["execution"]))
        return execution


def _commands(name: str) -> Any:
    """Return pulumi-command, which only who publishes has: the engine downloads the plugin of each package that is installed."""
    if is_windows():
        fault = "needs a POSIX shell, so it does not run on Windows itself; run Pulumi in WSL"
        raise refusal(InvalidInput(f"PublishedConfiguration {name}", [Problem("", fault)]))
    try:
        return import_module("pulumi_command.local")
    except ModuleNotFoundError as error:
        raise refusal(InvalidInput(f"PublishedConfiguration {name}", [missing_extra(error, "publishing")])) from None


def _request(name: str, given: Mapping[str, Any], arguments: Mapping[str, Any]) -> Request:
    """Return the request of known ``arguments``; those that were given as outputs may be secrets, and are not shown if they are refused."""
    veil = Veil()
    veil.add(texts_at(arguments, [[field] for field, value in known(given).items() if holds_unknown(value)]))
    _check(name, arguments, veil)
    folder, run_mode = arguments["directory"], arguments.get("run_mode")
    return Request(
        place=BranchAddress(arguments["repository"], arguments["branch"]),
        files={configuration_path(folder, one["pid"], run_mode): str(one["content"]) for one in arguments["configurations"]},
        purpose=Purpose(pulumi.get_project(), pulumi.get_stack(), arguments["program_id"], arguments["environment_id"]),
        author=arguments.get("author") or DEFAULT_AUTHOR,
        on_conflict=arguments.get("on_conflict") or "error",
        delete_file=bool(arguments.get("delete_file")),
        username=arguments.get("username"),
        password_from=arguments.get("password_from"),
    )


def _deployment(arguments: Mapping[str, Any], commit: str) -> DeploymentRequest:
    """Return the request; of the connection only what is no secret, since it is recorded in the state."""
    configured = settings.namespaced(CONFIG.get())
    connection = {key: str(configured[key]) for key in PUBLIC_KEYS if configured.get(key)}
    return DeploymentRequest(arguments["program_id"], str(arguments["pipeline"]), commit, connection, arguments.get("pipeline_timeout"))


def _check(name: str, arguments: Mapping[str, Any], veil: Callable[[str], str] = str) -> None:
    problems = list(rules.problems(arguments))
    if problems:
        raise refusal(veil(str(InvalidInput(f"PublishedConfiguration {name}", problems))))


def _unread(reference: object) -> Sequence[Problem]:
    """Warn of a password that cannot be read here: only `pulumi up` needs it."""
    if not isinstance(reference, str):
        return ()
    try:
        resolve(reference, current_run().project)
    except NotReadable as error:
        return [Problem("password_from", needed_by_up(error))]
    return ()
