"""What all providers of one engine run share: configuration, claims and the way to Cloud Manager."""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aem_mail import settings
from aem_mail.model import EnvironmentId
from aem_mail.resources.base import plugin
from aem_mail.resources.base.outcomes import Outcomes
from aem_mail.rollout.claims import Claims
from aem_mail.rollout.places import Holders
from aem_mail.rollout.requests import Enable, claimed_key
from aem_mail.stack.project_folder import project_folder

if TYPE_CHECKING:
    from aem_mail.rollout.rollout import Rollout

NAMESPACE: Final = "aem-mail"
KEYS: Final = ("baseUrl", "imsUrl", "orgId", "clientId", "clientSecret", "accessToken", "timeouts", "gathering")
DEFAULT_TIMEOUTS: Final = {"environment": 30 * 60.0, "infrastructure": 90 * 60.0}


@dataclass(slots=True)
class Run:
    """One engine run; its parts are made when they are first needed, so that a plain preview needs no credentials."""

    config: Mapping[str, Any] = field(default_factory=dict)
    claims: Claims = field(default_factory=Claims)
    outcomes: Outcomes = field(default_factory=Outcomes)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _warned_of: set[str] = field(default_factory=set)
    _rollout: "Rollout | None" = None

    def configure(self, config: Mapping[str, Any]) -> None:
        """Take over the stack's configuration; ``config`` has the keys without their namespace."""
        self.config = config

    def rollout(self) -> "Rollout":
        """Return the way to Cloud Manager; raises InvalidInput that names every missing credential."""
        with self._lock:
            if self._rollout is None:
                self._rollout = self._connect()
            return self._rollout

    def timeout(self, what: str, declared: float | None = None) -> float:
        """Return the seconds to wait for ``environment`` or ``infrastructure``: as declared, as configured, or by default."""
        if declared is not None:
            return float(declared)
        return settings.timeouts(self.config).get(what, DEFAULT_TIMEOUTS[what])

    def is_first_warning(self, about: str) -> bool:
        """Say whether nobody was warned of this yet in this run, and take note that somebody is."""
        with self._lock:
            first = about not in self._warned_of
            self._warned_of.add(about)
            return first

    def _declares_enablement(self, environment: EnvironmentId) -> bool:
        return self.claims.owner(claimed_key(environment, Enable(""))) is not None

    def _holders(self) -> Holders:
        return self.claims.holders()

    def _connect(self) -> "Rollout":
        # Here, because neither the program nor a plain preview talks to Cloud Manager: they need not load what does.
        from aem_mail.cloud_manager.client import CloudManager  # noqa: PLC0415
        from aem_mail.rollout.gathering import Window  # noqa: PLC0415
        from aem_mail.rollout.rollout import Options, Rollout, Voice  # noqa: PLC0415

        connection = settings.connection(os.environ, self.config)
        options = Options(
            window=Window(**settings.gathering(self.config)),
            infrastructure_timeout=self.timeout("infrastructure"),
            declared=self._declares_enablement,
            holders=self._holders,
        )
        scope = f"{connection.base_url} {connection.org_id}"
        plugin.make_room()
        return Rollout(CloudManager(connection), scope, Voice(plugin.report, plugin.say), options)


RUN: Final = Run()


@cache
def project_directory() -> Path:
    """Return the folder of Pulumi.yaml, to which relative paths refer; the working directory where there is none above it."""
    return project_folder(Path.cwd())
