"""How AEM gets an access token: over HTTPS, straight to the provider's port 443, which needs no port forward."""

import http.client
import json
import socket
import ssl
from typing import Any
from urllib.parse import urlencode

from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.mail.oauth_settings import OAuthSettings
from aem_mail.simulator.mail.smtp_servers import LOOPBACK
from aem_mail.simulator.mail.token_servers import FORM, TokenServers

HTTPS_PORT = 443


class LoopbackHttps(http.client.HTTPSConnection):
    """Dials a loopback port, but talks to, and verifies, the host that it stands for."""

    def __init__(self, host: str, loopback_port: int, trust: ssl.SSLContext, timeout: float) -> None:
        super().__init__(host, HTTPS_PORT, timeout=timeout, context=trust)
        self._loopback_port = loopback_port
        self._trust = trust

    def connect(self) -> None:
        connection = socket.create_connection((LOOPBACK, self._loopback_port), self.timeout)
        try:
            self.sock = self._trust.wrap_socket(connection, server_hostname=self.host)
        except BaseException:
            connection.close()
            raise


def fetch_access_token(settings: OAuthSettings, servers: TokenServers, trust: ssl.SSLContext, timeout: float) -> str:
    """Return an access token; raises StageFailure at `auth` with what the provider says."""
    if settings.port != HTTPS_PORT:
        address = f"{settings.host}:{settings.port}"
        raise StageFailure("auth", f"no token: connect to {address} timed out: without a port forward, AEM reaches ports 80 and 443 only")
    port = servers.loopback_port(settings.host)
    if port is None:
        raise StageFailure("auth", f"no token: {settings.host} does not resolve")
    status, document = _post(LoopbackHttps(settings.host, port, trust, timeout), settings)
    token = document.get("access_token")
    if status != 200 or not isinstance(token, str):
        said = ": ".join(str(document[key]) for key in ("error", "error_description") if key in document)
        raise StageFailure("auth", "; ".join([f"no token: {settings.host} answered {status} {said}".rstrip(), *settings.unset]))
    return token


def _post(connection: LoopbackHttps, settings: OAuthSettings) -> tuple[int, dict[str, Any]]:
    try:
        connection.request("POST", settings.path, urlencode(settings.form), {"Content-Type": FORM})
        response = connection.getresponse()
        document = json.loads(response.read())
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise StageFailure("auth", f"no token: {settings.host} gave no answer: {type(error).__name__}") from None
    finally:
        connection.close()
    return response.status, document if isinstance(document, dict) else {}
