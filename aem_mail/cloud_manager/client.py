"""The Cloud Manager API as one object: an attribute per noun."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from aem_mail.cloud_manager import logs
from aem_mail.cloud_manager.advanced_networking import AdvancedNetworkingClient
from aem_mail.cloud_manager.connection import Connection, problems
from aem_mail.cloud_manager.environments import EnvironmentsClient
from aem_mail.cloud_manager.network_infrastructures import NetworkInfrastructuresClient
from aem_mail.cloud_manager.pipelines import PipelinesClient
from aem_mail.cloud_manager.programs import ProgramsClient
from aem_mail.cloud_manager.redaction import Secrets
from aem_mail.cloud_manager.regions import RegionsClient
from aem_mail.cloud_manager.session import LazyWire, Session
from aem_mail.cloud_manager.variables import VariablesClient
from aem_mail.cloud_manager.waiting import SYSTEM_CLOCK, Clock
from aem_mail.errors import InvalidInput

if TYPE_CHECKING:
    from aem_mail.cloud_manager.wire import Transport


class CloudManager:
    """A client for one organization, shared by all threads of a process; nothing is opened before the first request.

    Reads are repeated on what passes (time-outs, cut answers, 429, 5xx); writes only where the first attempt was certainly
    not applied. A write whose outcome is not certain raises a CloudManagerError with ``outcome_unknown``: read before
    anything else. Raises InvalidInput for a connection that cannot be used.
    """

    programs: ProgramsClient
    regions: RegionsClient
    environments: EnvironmentsClient
    network_infrastructures: NetworkInfrastructuresClient
    advanced_networking: AdvancedNetworkingClient
    variables: VariablesClient
    pipelines: PipelinesClient

    def __init__(self, connection: Connection, *, clock: Clock = SYSTEM_CLOCK, transport: "Transport | None" = None) -> None:
        wrong = problems(connection)
        if wrong:
            raise InvalidInput("Cloud Manager connection", wrong)
        secrets = Secrets(connection.client_secret, connection.access_token)
        logs.guard(secrets)
        self._wire = LazyWire(connection, transport)
        session = self._session = Session(connection, clock, secrets, self._wire)
        self.programs = ProgramsClient(session)
        self.regions = RegionsClient(session)
        self.environments = EnvironmentsClient(session)
        self.network_infrastructures = NetworkInfrastructuresClient(session)
        self.advanced_networking = AdvancedNetworkingClient(session)
        self.variables = VariablesClient(session)
        self.pipelines = PipelinesClient(session)

    def prepare(self) -> None:
        """Open the connections and sign in, ahead of the first request, which then tells what failed; raises InvalidInput."""
        self._session.sign_in()

    def close(self) -> None:
        """Close the connections; a later request opens them again."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
