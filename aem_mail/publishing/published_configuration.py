"""PublishedConfiguration: OSGi configurations in the AEM project's Git repository, and the pipeline that deploys them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import pulumi
from pulumi.runtime.config import CONFIG
from pulumi_command.local import Command, Logging

from aem_mail import settings
from aem_mail.errors import InvalidInput, Problem
from aem_mail.kinds import published_configuration as rules
from aem_mail.kinds.osgi_config import configuration_path
from aem_mail.model import UNKNOWN
from aem_mail.publishing.deployment_request import PUBLIC_KEYS, DeploymentRequest
from aem_mail.publishing.request import BranchAddress, Purpose, Request
from aem_mail.resources.base.plugin import current_run
from aem_mail.resources.base.reference import NotReadable, needed_by_up, resolve
from aem_mail.resources.base.stack_configuration import refuse_exposed_secrets
from aem_mail.resources.base.voice import refusal, warn

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

    ``directory`` is the ``osgiconfig`` folder in the repository, and each of ``configurations`` (``pid`` and ``content``, as in the
    output ``osgi_config`` of MailEgress) becomes ``config[.<run_mode>]/<pid>.cfg.json`` in it. Git's own configuration says who
    pushes, unless ``username`` and ``password_from`` (a reference as in SecretEnvVarArgs) do. ``delete_file`` and
    ``on_conflict`` as in OsgiConfigArgs. ``pipeline`` (id or name) is started for each new commit and followed for
    ``pipeline_timeout`` seconds.
    """

    program_id: str
    environment_id: str
    repository: str
    branch: str
    directory: str
    configurations: pulumi.Input[Sequence[Mapping[str, Any]]]
    run_mode: str | None = None
    author: str = DEFAULT_AUTHOR
    username: str | None = None
    password_from: str | None = None
    delete_file: bool = False
    on_conflict: str = "error"
    pipeline: str | None = None
    pipeline_timeout: float | None = None


class PublishedConfiguration(pulumi.ComponentResource):
    """Keeps OSGi configurations committed to one branch, one commit for each change of them.

    Raises pulumi.RunError, with every problem at once, for arguments that cannot work.
    """

    commit: pulumi.Output[str]
    """The commit that has the files."""
    branch: pulumi.Output[str]
    """The branch that it is on."""
    pushed: pulumi.Output[bool]
    """Whether the last run had something to push."""
    execution: pulumi.Output[str] | None
    """The id of the pipeline's execution that deployed the commit; None without a pipeline."""

    def __init__(self, name: str, args: PublishedConfigurationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse_exposed_secrets()
        _check(name, _known(args))
        super().__init__(f"aem:mail:{rules.NAME}", name, None, opts)
        for warning in (*rules.warnings(_known(args)), *_unread(args.password_from)):
            warn(str(warning), self)
        record = self._publish(name, args)
        self.commit = record.apply(lambda known: str(known["commit"]))
        self.branch = record.apply(lambda known: str(known["place"]["branch"]))
        self.pushed = record.apply(lambda known: bool(known["pushed"]))
        self.execution = self._deploy(name, args)
        self.register_outputs(self.outputs())

    def outputs(self) -> dict[str, Any]:
        """Return what a program exports; nothing of it is secret."""
        outputs: dict[str, Any] = {"commit": self.commit, "branch": self.branch, "pushed": self.pushed}
        return outputs if self.execution is None else {**outputs, "execution": self.execution}

    def _publish(self, name: str, args: PublishedConfigurationArgs) -> pulumi.Output[Mapping[str, Any]]:
        command = Command(
            f"{name}-files",
            create=COMMAND.format(action="publish"),
            delete=COMMAND.format(action="withdraw"),
            stdin=pulumi.Output.from_input(args.configurations).apply(lambda known: _request(name, args, known).to_json()),
            logging=Logging.STDERR,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return command.stdout.apply(json.loads)

    def _deploy(self, name: str, args: PublishedConfigurationArgs) -> pulumi.Output[str] | None:
        if args.pipeline is None:
            return None
        command = Command(
            f"{name}-pipeline",
            create=COMMAND.format(action="deploy"),
            stdin=self.commit.apply(lambda commit: _deployment(args, commit).to_json()),
            logging=Logging.STDERR,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return command.stdout.apply(lambda text: str(json.loads(text)["execution"]))


def _request(name: str, args: PublishedConfigurationArgs, configurations: Sequence[Mapping[str, Any]]) -> Request:
    _check(name, {**_known(args), "configurations": list(configurations)})
    return Request(
        place=BranchAddress(args.repository, args.branch),
        files={configuration_path(args.directory, one["pid"], args.run_mode): str(one["content"]) for one in configurations},
        purpose=Purpose(pulumi.get_project(), pulumi.get_stack(), args.program_id, args.environment_id),
        author=args.author,
        on_conflict=args.on_conflict,
        delete_file=args.delete_file,
        username=args.username,
        password_from=args.password_from,
    )


def _deployment(args: PublishedConfigurationArgs, commit: str) -> DeploymentRequest:
    """Return the request; of the connection only what is no secret, since it is recorded in the state."""
    configured = settings.namespaced(CONFIG.get())
    connection = {key: str(configured[key]) for key in PUBLIC_KEYS if configured.get(key)}
    return DeploymentRequest(args.program_id, str(args.pipeline), commit, connection, args.pipeline_timeout)


def _check(name: str, known: Mapping[str, Any]) -> None:
    problems = list(rules.problems(known))
    if problems:
        raise refusal(InvalidInput(f"PublishedConfiguration {name}", problems))


def _unread(reference: object) -> Sequence[Problem]:
    """Warn of a password that cannot be read here: only `pulumi up` needs it."""
    if not isinstance(reference, str):
        return ()
    try:
        resolve(reference, current_run().project)
    except NotReadable as error:
        return [Problem("password_from", needed_by_up(error))]
    return ()


def _known(args: PublishedConfigurationArgs) -> dict[str, Any]:
    given = {field.name: getattr(args, field.name) for field in fields(args)}
    return {name: UNKNOWN if isinstance(value, pulumi.Output) else value for name, value in given.items() if value is not None}
