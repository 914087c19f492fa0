"""The OSGi configurations that a MailEgress stands for: the mail service and, with OAuth 2.0, the provider of its tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.kinds.forms import default_port_orig, plain
from aem_mail.kinds.mail_secrets import OAUTH, mail_secrets
from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID, MailService, OAuthProvider, render_mail_service, render_oauth_provider
from aem_mail.presets import OAuthEndpoints, oauth_endpoints

SECRET_VALUES: Final = (*OAUTH, *(f"{name}_from" for name in OAUTH))


@dataclass(frozen=True, slots=True)
class MailConfiguration:
    """One file: its PID and its properties."""

    pid: str
    properties: Mapping[str, object]


def written_pids(properties: Mapping[str, Any]) -> dict[str, str]:
    """Return the PIDs of a MailEgress's configurations with the ends of their children's names, also while no content is known."""
    provider = {} if properties.get("oauth") is None else {OAUTH_PID: "oauth-provider"}
    return {MAIL_SERVICE_PID: "mail-service"} | provider


def configured_by(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of a MailEgress's properties that its configurations are made of, none of which is a secret."""
    variables = {secret.path: secret.variable for secret in mail_secrets(properties)}
    oauth = properties.get("oauth")
    shown = {name: value for name, value in oauth.items() if name not in SECRET_VALUES} if isinstance(oauth, Mapping) else None
    return {"smtp": properties.get("smtp"), "from_address": properties.get("from_address"), "variables": variables, "oauth": shown}


def mail_configurations(known: Mapping[str, Any]) -> list[MailConfiguration]:
    """Return the configurations in the order of `written_pids`, once everything that `configured_by` names is known."""
    smtp, variables, oauth = known["smtp"], known["variables"], known["oauth"]
    port = plain(smtp["port"])
    port_orig = default_port_orig(port) if smtp.get("port_orig") is None else plain(smtp["port_orig"])
    service = MailService(
        int(port_orig or 0), int(port), known["from_address"], variables["username"], variables.get("password"), oauth is not None
    )
    found = [MailConfiguration(MAIL_SERVICE_PID, render_mail_service(service))]
    if oauth is not None:
        provider = _provider(oauth, variables, oauth_endpoints(oauth, smtp["host"]))
        found.append(MailConfiguration(OAUTH_PID, render_oauth_provider(provider)))
    return found


def _provider(oauth: Mapping[str, Any], variables: Mapping[str, str], endpoints: OAuthEndpoints | None) -> OAuthProvider:
    def url(name: str, default: str) -> str:
        given = oauth.get(name)
        return default.replace("{tenant}", str(oauth.get("tenant"))) if given is None else str(given)

    token_url = url("token_url", "" if endpoints is None else endpoints.token_url)
    scopes = oauth.get("scopes")
    return OAuthProvider(
        auth_url=url("auth_url", "" if endpoints is None else endpoints.auth_url),
        token_url=token_url,
        refresh_url=url("refresh_url", token_url),
        client_id=oauth["client_id"],
        client_secret_variable=variables["oauth.client_secret"],
        refresh_token_variable=variables["oauth.refresh_token"],
        scopes=tuple(scopes) if scopes is not None else () if endpoints is None else endpoints.scopes,
    )
