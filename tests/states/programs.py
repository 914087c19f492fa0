"""The program whose states are kept: one resource of every kind."""

from tests.flow.programs import VPN

PROGRAM = f"""
infra = NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "vpn", "va7", {VPN}))
AdvancedNetworking("net", AdvancedNetworkingArgs(P, E, non_proxy_hosts=["intra.example.com"]), later(infra))
PortForward("smtp", PortForwardArgs(P, E, "smtp.example.com", 465), later(infra))
EnvVar("from", EnvVarArgs(P, E, "MAIL_FROM", "noreply@wknd.site", service="author"))
SecretEnvVar("password", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))
SecretEnvVar("user", SecretEnvVarArgs(P, E, "EMAIL_USERNAME", value_from="env:SMTP_USER", expires_at="2030-01-01"))
OsgiConfig("file", OsgiConfigArgs("osgiconfig", "com.day.cq.mailer.DefaultMailService", {{"smtp.port": "30465"}}))
"""
