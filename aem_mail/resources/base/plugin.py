"""The engine's run that this process serves, as all providers share it: configuration, claims, secrets, log, the way to Cloud Manager."""

import logging
import os
import threading
import traceback
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import grpc
from pulumi.dynamic import Config
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from aem_mail import settings
from aem_mail.errors import AemMailError
from aem_mail.kinds import Scope
from aem_mail.kinds.kind import UNKNOWN_ID
from aem_mail.kinds.requests import Enable, PutRule, claimed_key
from aem_mail.model import EnvironmentId
from aem_mail.resources.base import sdk
from aem_mail.resources.base.outcomes import Outcomes
from aem_mail.resources.base.program import RunningProgram
from aem_mail.resources.base.record import StackRecord
from aem_mail.resources.base.secret_inputs import without_echoes
from aem_mail.resources.base.width import Width
from aem_mail.rollout.claims import Claims, Holders
from aem_mail.rollout.gathering import Traffic
from aem_mail.settings.surface import Surface, surface_of
from aem_mail.stack.project_folder import project_folder
from aem_mail.text.characters import visible, visible_lines
from aem_mail.text.confidential import Veil

if TYPE_CHECKING:
    from aem_mail.cloud_manager.client import CloudManager
    from aem_mail.rollout.required_infrastructure import DeclaredNetworking
    from aem_mail.rollout.rollout import Rollout

NAMESPACE: Final = "aem-mail"
KEYS: Final = ("programId", "baseUrl", "imsUrl", "orgId", "clientId", "clientSecret", "accessToken", "timeouts", "gathering")
DEFAULT_TIMEOUTS: Final = {"environment": 30 * 60.0, "infrastructure": 90 * 60.0}

_log = logging.getLogger(__name__)


class Log(Protocol):
    """Where messages go; they are fit to be shown already."""

    def report(self, message: str) -> None:
        """Show passing progress."""

    def say(self, message: str) -> None:
        """Leave a message."""

    def warn(self, message: str) -> None:
        """Leave a warning."""


class EngineLog:
    """Tells the engine; outside the plugin process, and where the engine cannot be reached, this process's own log."""

    def report(self, message: str) -> None:
        self._tell(message, logging.INFO, ephemeral=True)

    def say(self, message: str) -> None:
        self._tell(message, logging.INFO, ephemeral=False)

    def warn(self, message: str) -> None:
        self._tell(message, logging.WARNING, ephemeral=False)

    @cached_property
    def _engine(self) -> engine_pb2_grpc.EngineStub | None:
        address = sdk.engine_address() if sdk.is_plugin_process() else None
        return None if address is None else engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def _tell(self, message: str, level: int, *, ephemeral: bool) -> None:
        severity = engine_pb2.WARNING if level == logging.WARNING else engine_pb2.INFO
        request = engine_pb2.LogRequest(severity=severity, message=message, ephemeral=ephemeral)
        if self._engine is not None:
            with suppress(grpc.RpcError):
                self._engine.Log(request, timeout=5)
                return
        _log.log(level, "%s", message)


def connected(run: "Run") -> "Rollout":
    """Return the way to Cloud Manager that a run is configured for; raises InvalidInput that names every missing credential."""
    # Here, because neither the program nor a plain preview talks to Cloud Manager: they need not load what does.
    from aem_mail.cloud_manager.client import CloudManager  # noqa: PLC0415
    from aem_mail.rollout.gathering import Window  # noqa: PLC0415
    from aem_mail.rollout.rollout import Rollout, RolloutOptions, Voice  # noqa: PLC0415

    sdk.keep_what_is_loaded()
    connection = settings.connection(os.environ, run.config)
    options = RolloutOptions(
        window=Window(**settings.gathering(run.config)),
        infrastructure_timeout=run.timeout("infrastructure"),
        declared=run.declares_enablement,
        holders=run.holders,
        rules=run.declared_rules,
        networking=run.declared_networking,
        traffic=run.traffic,
    )
    scope = f"{connection.base_url} {connection.org_id}"
    api = CloudManager(connection)
    threading.Thread(target=_prepare, args=(api,), name="sign in", daemon=True).start()
    sdk.make_room(run.say)
    return Rollout(api, scope, Voice(run.report, run.say), options)


def _prepare(api: "CloudManager") -> None:
    """Get ready for the first request while the requests that go together are gathered.

    Whatever fails, the first request tells; a traceback of this thread would only stand in Pulumi's output beside it.
    """
    with suppress(Exception):
        api.prepare()


@dataclass(frozen=True, eq=False)
class Run:
    """One engine run; its parts are made when they are first needed, so that a plain preview needs no credentials.

    ``config`` has the keys of the stack's configuration without their namespace, ``veil`` the secrets that this process has met.
    """

    config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    connect: Callable[["Run"], "Rollout"] = connected
    log: Log = field(default_factory=EngineLog)
    claims: Claims = field(default_factory=Claims)
    outcomes: Outcomes = field(default_factory=Outcomes)
    veil: Veil = field(default_factory=Veil)
    width: Width = field(default_factory=Width)
    traffic: Traffic = field(default_factory=Traffic)
    record: StackRecord = field(default_factory=StackRecord)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _connecting: threading.Lock = field(default_factory=threading.Lock)
    _told: list[RunningProgram] = field(default_factory=lambda: [RunningProgram()])
    _warned_of: set[str] = field(default_factory=set)

    @cached_property
    def surface(self) -> Surface:
        """How the resources of a component were given: in the stack's configuration, or in a program."""
        return surface_of(self.config)

    @cached_property
    def project(self) -> Path:
        """The folder of Pulumi.yaml, to which relative paths refer; the working directory where there is none above it."""
        return project_folder(Path.cwd())

    @property
    def program(self) -> RunningProgram:
        """What the program told last, of the stack and of all that it declares."""
        return self._told[-1]

    def hear(self, program: RunningProgram) -> None:
        """Take note of what the program told with a resource."""
        with self._lock:
            before = self.program
            self._told[:] = [program]
        if program.owners is not before.owners:
            self.claims.announce(program.owners)
            self.traffic.declare(program.resources, whole=program.whole, parallel=program.parallel)

    def rollout(self) -> "Rollout":
        """Return the way to Cloud Manager; raises InvalidInput that names every missing credential."""
        with self._connecting:
            return self._rollout

    def timeout(self, what: str, declared: float | None = None) -> float:
        """Return the seconds to wait for ``environment`` or ``infrastructure``: as declared, as configured, or by default."""
        return float(self._timeouts[what] if declared is None else declared)

    def is_first_warning(self, about: str) -> bool:
        """Say whether nobody was warned of this yet in this run, and take note that somebody is."""
        with self._lock:
            first = about not in self._warned_of
            self._warned_of.add(about)
            return first

    def holders(self, found: Collection[str] = ()) -> Holders:
        """Return who of this stack holds which place; its record is read where nobody is known for a place with something ``found``."""
        if self.program.stack and self.claims.is_unknown(found):
            self.record.inform(self.claims, found, self.program.stack, self.project)
        return self.claims.holders(self.record.trouble)

    def handed_over(self) -> Collection[str] | None:
        """Return the ids of entries that sets have left to resources which have not recorded them; None where that cannot be read."""
        return self.record.handed_over(self.claims, self.program.stack, self.project)

    def declared_rules(self, environment: EnvironmentId) -> list[PutRule]:
        """Return the rules that the program declares in an environment, as their resources ask for them."""
        return [PutRule(owner, rule) for owner, rule in self.program.rules.get(environment, ())]

    def declared_networking(self, environment: EnvironmentId) -> "DeclaredNetworking | None":
        """Return what the program declares for an environment's networking, None where that is nothing, or not known."""
        from aem_mail.rollout.required_infrastructure import DeclaredNetworking  # noqa: PLC0415 - as in `connected`

        program = self.program
        infrastructures = program.infrastructures.get(environment.program_id, ())
        if UNKNOWN_ID in program.infrastructures or not (infrastructures or program.resources.get((environment, Scope.NETWORKING))):
            return None
        return DeclaredNetworking(infrastructures, program.enables.get(environment, ()))

    def declares_enablement(self, environment: EnvironmentId) -> bool:
        """Say whether this run declares the enablement of an environment."""
        return self.claims.owner(claimed_key(environment, Enable(""))) is not None

    def report(self, message: str) -> None:
        """Show passing progress in the running display; it leaves nothing behind."""
        self.log.report(visible(self.veil(message)))

    def say(self, message: str) -> None:
        """Leave a message in the command's output."""
        self.log.say(visible(self.veil(message)))

    def warn(self, message: str) -> None:
        """Leave a warning in the command's output."""
        self.log.warn(visible(self.veil(message)))

    def told(self, error: BaseException) -> str:
        """Return what the user is told of an error, without any secret that was declared."""
        if isinstance(error, AemMailError):
            return visible(without_echoes(str(error), self.veil))
        return visible_lines(without_echoes("".join(traceback.format_exception(error)), self.veil))

    @cached_property
    def _rollout(self) -> "Rollout":
        return self.connect(self)

    @cached_property
    def _timeouts(self) -> Mapping[str, float]:
        return DEFAULT_TIMEOUTS | settings.timeouts(self.config)


@dataclass
class _Process:
    run: Run = field(default_factory=Run)


_PROCESS: Final = _Process()


def current_run() -> Run:
    """Return the run that this process serves."""
    return _PROCESS.run


def begin(run: Run) -> None:
    """Have this process serve another run."""
    _PROCESS.run = run


def configure(config: Config) -> None:
    """Take over the stack's whole configuration, and adjust the plugin process; each class of providers asks for it."""
    values = {key: config.get(f"{NAMESPACE}:{key}") for key in KEYS}
    known = {key: value for key, value in values.items() if value is not None}
    if known != current_run().config:
        begin(replace(current_run(), config=known))
    if sdk.is_plugin_process():
        _adjust(current_run())


def _adjust(run: Run) -> None:
    sdk.keep_what_is_loaded()
    lost = sdk.lacking(sdk.main_module())
    if lost is not None and run.is_first_warning(lost):
        run.warn(lost)
    sdk.show_errors_as_paragraphs(sdk.main_module(), lambda error: current_run().told(error))
