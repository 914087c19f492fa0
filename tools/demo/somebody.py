"""Somebody else: what they have in the environment, and what they do to it through the API, as any client would."""

import time
from collections.abc import Mapping
from typing import Any, Final

import httpx

from tools.demo.errors import NotAsTold

SCOPES: Final = "openid,AdobeID,read_organizations,additional_info.projectedProductContext,read_pc.dma_aem_ams"
PATIENCE_SECONDS: Final = 30.0


class Somebody:
    """Another client of Cloud Manager's API, with the same rights; ``credentials`` as the provider reads them."""

    def __init__(self, credentials: Mapping[str, str], program: str, environment: str) -> None:
        self._environment = f"/api/program/{program}/environment/{environment}"
        self._http = httpx.Client(base_url=credentials["CLOUDMANAGER_BASE_URL"], trust_env=False, timeout=30)
        self._http.headers["x-api-key"] = credentials["CLOUDMANAGER_CLIENT_ID"]
        self._http.headers["x-gw-ims-org-id"] = credentials["CLOUDMANAGER_ORG_ID"]
        self._http.headers["Authorization"] = f"Bearer {self._token(credentials)}"

    def repoint(self, port_orig: int, port_dest: int) -> None:
        """Let a rule end at another port, and wait until that is in force."""
        path = f"{self._environment}/advancedNetworking"
        (document,) = self._json("GET", path)["_embedded"]["networkingConfigurations"]
        rules = [rule | ({"portDest": port_dest} if rule["portOrig"] == port_orig else {}) for rule in document["portForwards"]]
        self._json("PUT", path, {"nonProxyHosts": document["nonProxyHosts"], "portForwards": rules})
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._json("GET", self._environment)["status"] != "ready":
            if time.monotonic() > deadline:
                raise NotAsTold("the environment did not become ready again")
            time.sleep(0.1)

    def _token(self, credentials: Mapping[str, str]) -> str:
        form = {
            "client_id": credentials["CLOUDMANAGER_CLIENT_ID"],
            "client_secret": credentials["CLOUDMANAGER_CLIENT_SECRET"],
            "grant_type": "client_credentials",
            "scope": SCOPES,
        }
        return str(self._answer(self._http.post("/ims/token/v3", data=form))["access_token"])

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        return self._answer(self._http.request(method, path, json=body))

    def _answer(self, response: httpx.Response) -> Any:
        if not response.is_success:
            raise NotAsTold(
                f"{response.request.method} {response.request.url.path} was answered with {response.status_code}: {response.text}"
            )
        return response.json()
