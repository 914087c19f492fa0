"""Programs that both type checkers take as they are."""

import pulumi

from aem_mail import (
    AdvancedNetworking,
    ConflictPolicy,
    Egress,
    EgressMode,
    EnvVar,
    EnvVars,
    Kind,
    MailEgress,
    MailEgressArgs,
    NetworkInfrastructure,
    OAuth,
    Osgi,
    OsgiConfig,
    PortForward,
    PortForwardArgs,
    PortForwards,
    PublishedConfiguration,
    SecretEnvVar,
    Service,
    Smtp,
    SmtpDict,
    SmtpPreset,
)

HERE = "10001"
THERE = "20001"
settings = pulumi.Config()
retained = pulumi.ResourceOptions(retain_on_delete=True)

PortForward("args", PortForwardArgs(HERE, THERE, "smtp.example.com", 465))
PortForward("args-and-options", PortForwardArgs(HERE, THERE, "smtp.example.com", 465, 30465, "replace"), retained)
PortForward(name="all-by-keywords", args=PortForwardArgs(HERE, THERE, "smtp.example.com", 465), opts=retained)
PortForward("keywords", program_id=HERE, environment_id=THERE, name="smtp.example.com", port_dest=465)
PortForward("keywords-and-options", retained, program_id=HERE, environment_id=THERE, name="smtp.example.com", port_dest=465)
PortForward(
    "outputs",
    program_id=settings.require_secret("program"),
    environment_id=pulumi.Output.from_input(THERE),
    name="smtp.example.com",
    port_dest=settings.require_int("port"),
    on_conflict=ConflictPolicy.REPLACE,
    opts=pulumi.ResourceOptions(protect=True),
)
NetworkInfrastructure(
    "ways-out", program_id=HERE, kind=Kind.VPN, region="va7", address_space=["10.0.0.0/26"], dns={"resolvers": ["10.1.0.1"]}
)
NetworkInfrastructure("ways-out-as-text", program_id=HERE, kind=settings.require("kind"), region="va7")
AdvancedNetworking("enabled", program_id=HERE, environment_id=THERE, infrastructure_kind=Kind.VPN, non_proxy_hosts=["*.example.com"])
EnvVar("plain", program_id=HERE, environment_id=THERE, name="MAIL_FROM", value="noreply@example.com", service=Service.AUTHOR)
SecretEnvVar("kept", program_id=HERE, environment_id=THERE, name="MAIL_TOKEN", on_conflict=ConflictPolicy.KEEP)
EnvVars("many", program_id=HERE, environment_id=THERE, values={"MAIL_FROM": "noreply@example.com"}, secrets_from={"TOKEN": "env:TOKEN"})
PortForwards("rules", program_id=HERE, environment_id=THERE, rules={"30465": "smtp.example.com:465"})
OsgiConfig("file", directory="osgiconfig", pid="com.example.Mail", properties={"a": ["b"]})

by_preset: SmtpDict = {"preset": SmtpPreset.MICROSOFT365, "former": {"host": "smtp.example.com", "port": 465}}
mail = MailEgress(
    "dictionaries",
    program_id=HERE,
    environment_id=THERE,
    smtp=by_preset,
    egress={"mode": EgressMode.MANAGED, "kind": "flexiblePortEgress", "region": "va7"},
    osgi={"directory": "osgiconfig", "run_mode": "dev"},
    oauth={"client_id": "an-id", "tenant": "a-tenant", "client_secret_from": "env:A", "refresh_token_from": "env:B"},
    from_address="noreply@example.com",
    username_from="env:EMAIL_USERNAME",
    services=[Service.AUTHOR, "publish"],
    on_conflict={"portForward": ConflictPolicy.REPLACE, "secretEnvVar": "keep"},
)
MailEgress(
    "objects",
    MailEgressArgs(
        HERE,
        THERE,
        Smtp("smtp.example.com", 465, preset="generic"),
        "noreply@example.com",
        username_from="env:EMAIL_USERNAME",
        egress=Egress("managed", Kind.DEDICATED_EGRESS_IP, "va7"),
        osgi=Osgi("osgiconfig"),
        oauth=OAuth("an-id", SmtpPreset.GOOGLE),
    ),
)
PublishedConfiguration(
    "published",
    program_id=HERE,
    environment_id=THERE,
    repository="https://git.example.com/wknd.git",
    branch="main",
    directory="osgiconfig",
    configurations=mail.osgi_config,
)
