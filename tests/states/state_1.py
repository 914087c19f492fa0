"""The first state: one resource of every kind, and a VPN."""

from typing import Final

from tests.flow.programs import VPN
from tests.flow.seeds import enabled, secret, string
from tests.states.recorded import Recorded, World
from tests.vpn import SHARED_KEY, infrastructure

PROGRAM: Final = f"""
infra = NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "vpn", "va7", {VPN}))
AdvancedNetworking("net", AdvancedNetworkingArgs(P, E, non_proxy_hosts=["intra.example.com"]), later(infra))
PortForward("smtp", PortForwardArgs(P, E, "smtp.example.com", 465), later(infra))
EnvVar("from", EnvVarArgs(P, E, "MAIL_FROM", "noreply@wknd.site", service="author"))
SecretEnvVar("password", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))
SecretEnvVar("user", SecretEnvVarArgs(P, E, "EMAIL_USERNAME", value_from="env:SMTP_USER", expires_at="2030-01-01"))
OsgiConfig("file", OsgiConfigArgs("osgiconfig", "com.day.cq.mailer.DefaultMailService", {{"smtp.port": "30465"}}))
"""


def made(state: World) -> None:
    """Make of the seed what the `up` made of it."""
    program = state["programs"]["10001"]
    program["infrastructures"] = [infrastructure()]
    program["environments"]["20001"].update(
        advancedNetworking=enabled((30465, "smtp.example.com", 465), hosts=("intra.example.com",)),
        variables=[
            string("MAIL_FROM", "noreply@wknd.site", "author"),
            secret("EMAIL_PASSWORD", "password123"),
            secret("EMAIL_USERNAME", "apikey-by-reference"),
        ],
    )


STATE: Final = Recorded(
    name="state-1",
    program=PROGRAM,
    made=made,
    destroyed=("DELETE advancedNetworking", "DELETE networkInfrastructure", "PATCH variables"),
    secrets=(SHARED_KEY, "apikey-by-reference"),
    environ={"SMTP_USER": "apikey-by-reference"},
)
