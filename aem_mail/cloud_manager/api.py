"""What the rollout and the live reader ask of Cloud Manager: the client's nouns as a protocol, so that a plan can be carried out in memory.

Every method raises what the client's method of the same name raises.
"""

import builtins
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from aem_mail.cloud_manager.pipelines import Pipeline
from aem_mail.model import (
    AdvancedNetworking,
    Environment,
    EnvironmentId,
    NetworkInfrastructure,
    Program,
    Variable,
    VariableChange,
)


class Programs(Protocol):
    """Programs."""

    def get(self, program_id: str) -> Program:
        """Read one."""


class Regions(Protocol):
    """Regions that a program can use."""

    def list(self, program_id: str) -> builtins.list[str]:
        """Read their names."""


class Environments(Protocol):
    """Environments of a program."""

    def list(self, program_id: str) -> builtins.list[Environment]:
        """Read them all."""

    def get(self, environment: EnvironmentId) -> Environment:
        """Read one."""


class NetworkInfrastructures(Protocol):
    """Network infrastructures of a program."""

    def list(self, program_id: str) -> builtins.list[NetworkInfrastructure]:
        """Read them all."""

    def get(self, program_id: str, infrastructure_id: str) -> NetworkInfrastructure:
        """Read one."""

    def create(self, program_id: str, body: Mapping[str, Any]) -> NetworkInfrastructure:
        """Create one; ``body`` in the API's field names."""

    def update(self, program_id: str, infrastructure_id: str, body: Mapping[str, Any]) -> NetworkInfrastructure:
        """Update a VPN; ``body`` in the API's field names."""

    def delete(self, program_id: str, infrastructure_id: str) -> None:
        """Delete one."""


class AdvancedNetworkings(Protocol):
    """The advanced networking document of each environment."""

    def get(self, environment: EnvironmentId) -> AdvancedNetworking:
        """Read it."""

    def put(
        self,
        environment: EnvironmentId,
        *,
        non_proxy_hosts: Sequence[str],
        port_forwards: Sequence[Mapping[str, Any]],
        other_fields: Mapping[str, Any] | None = None,
    ) -> Environment:
        """Replace it as a whole."""

    def delete(self, environment: EnvironmentId) -> Environment:
        """Disable advanced networking."""


class Variables(Protocol):
    """The variables of each environment."""

    def list(self, environment: EnvironmentId) -> builtins.list[Variable]:
        """Read them all."""

    def patch(self, environment: EnvironmentId, changes: Sequence[VariableChange]) -> None:
        """Set and delete variables."""


class Pipelines(Protocol):
    """Pipelines of a program."""

    def list(self, program_id: str) -> builtins.list[Pipeline]:
        """Read them all."""


class Api(Protocol):
    """Cloud Manager as the rollout and the live reader know it."""

    @property
    def programs(self) -> Programs:
        """Programs."""

    @property
    def regions(self) -> Regions:
        """Regions."""

    @property
    def environments(self) -> Environments:
        """Environments."""

    @property
    def network_infrastructures(self) -> NetworkInfrastructures:
        """Network infrastructures."""

    @property
    def advanced_networking(self) -> AdvancedNetworkings:
        """Advanced networking."""

    @property
    def variables(self) -> Variables:
        """Variables."""

    @property
    def pipelines(self) -> Pipelines:
        """Pipelines."""
