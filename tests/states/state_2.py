"""The second state: components, OAuth, publishing, every kind of infrastructure, and every option of every resource.

Program 10001 has a VPN, declared by a stack's settings; 10003 a dedicated egress IP; 10004 is shared with others, who had it before.
"""

from typing import Any, Final

from tests.flow.seeds import enabled, secret, string
from tests.states.recorded import Recorded, World
from tests.vpn import ADDRESS_SPACE, IPSEC_POLICY, SHARED_KEY, infrastructure

DIRECTORY: Final = "ui.config/src/main/content/jcr_root/apps/wknd/osgiconfig"
SITE: Final = "repositories/site/origin.git"
MAILBOX: Final = "noreply@wknd.site"
BRANDS: Final = "https://git.example.com/brands.git"

CREDENTIAL, GIT_PASSWORD, FINGERPRINT_KEY = "client-secret-in-the-settings", "password-of-git", "key-of-the-fingerprints"
PASSWORD, BRANDS_USERNAME, BRANDS_PASSWORD = "password123", "apikey-of-the-brands", "password-of-the-brands"
MICROSOFT_SECRET, MICROSOFT_TOKEN = "client-secret-of-microsoft", "refresh-token-of-microsoft"
GOOGLE_SECRET, GOOGLE_TOKEN = "client-secret-of-google", "refresh-token-of-google"
ROTATED, BY_REFERENCE, BY_FILE, BY_SETTING, KEPT = (
    "rotated-secret",
    "secret-by-reference",
    "secret-by-file",
    "secret-by-setting",
    "kept-secret",
)

PROGRAM: Final = f"""
from aem_mail.program import mail_egress_args, published_configuration_args
from aem_mail.variables import variables_from_file

mail = MailEgress("mail", mail_egress_args())
PublishedConfiguration("mail", published_configuration_args(mail), later(mail))

MailEgress("microsoft", MailEgressArgs(
    P, "20002", Smtp(preset="microsoft365"), "{MAILBOX}", username="{MAILBOX}",
    egress=Egress("existing", "vpn", "va7", non_proxy_hosts=["login.microsoftonline.com"]),
    services=["author", "publish"], username_variable="SMTP_USERNAME",
    osgi=Osgi("osgiconfig", "stage"),
    oauth=OAuth(
        "an-id", tenant="11111111-2222-3333-4444-555555555555", client_secret_from="env:MAIL_CLIENT_SECRET",
        refresh_token_from="env:MAIL_REFRESH_TOKEN", client_secret_expires_at="2999-01-01", refresh_token_expires_at="2999-01-02",
    ),
), later(mail))
MailEgress("google", MailEgressArgs(
    P, "20003", Smtp(preset="google"), "{MAILBOX}", username_from="env:GOOGLE_USERNAME", password="{PASSWORD}",
    password_variable="SMTP_PASSWORD", on_conflict={{"secretEnvVar": "error"}}, timeouts={{"environment": 1200}},
    oauth=OAuth(
        "another-id", provider="google", client_secret=pulumi.Output.secret("{GOOGLE_SECRET}"),
        refresh_token=pulumi.Output.secret("{GOOGLE_TOKEN}"), scopes=["https://mail.google.com/"],
        auth_url="https://accounts.google.com/o/oauth2/v2/auth", token_url="https://oauth2.googleapis.com/token",
        refresh_url="https://oauth2.googleapis.com/token",
        client_secret_variable="GOOGLE_CLIENT_SECRET", refresh_token_variable="GOOGLE_REFRESH_TOKEN",
    ),
), later(mail))

brands = MailEgress("brands", MailEgressArgs(
    "10003", "20011", Smtp("smtp.sendgrid.com", 465, preset="sendgrid"), "noreply@wknd.site",
    username_from="env:BRANDS_USERNAME", password_from="file:../brands-password",
    egress=Egress("managed", "dedicatedEgressIp", "va7", requires_fixed_ip=True), services=["author", "publish", "preview"],
), later(mail))
for name, value in brands.outputs().items():
    pulumi.export(name, value)
PublishedConfiguration("brands", PublishedConfigurationArgs(
    "10003", "20011", "{BRANDS}", "main", "{DIRECTORY}", brands.osgi_config,
    username="bot", password_from="env:GIT_PASSWORD",
), later(brands))

S, T = "10004", "20012"
infra = NetworkInfrastructure("infra", NetworkInfrastructureArgs(S, "flexiblePortEgress", "va7", timeout=600))
AdvancedNetworking("net", AdvancedNetworkingArgs(
    S, T, infrastructure_kind="flexiblePortEgress", infrastructure_region="va7", timeout=600), later(infra))
PortForward("default", PortForwardArgs(S, T, "192.0.2.25", 25), later(infra))
PortForward("adopted", PortForwardArgs(S, T, "search.example.com", 9200, 30920), later(infra))
PortForward("replaced", PortForwardArgs(S, T, "smtp.example.com", 465, 30465, "replace", timeout=600), later(infra))
EnvVar("adopted-variable", EnvVarArgs(S, T, "MAIL_FROM", "noreply@wknd.site"))
EnvVar("replaced-variable", EnvVarArgs(S, T, "MAIL_FROM", "author@wknd.site", "author", "replace", timeout=600))
SecretEnvVar("rotated", SecretEnvVarArgs(
    S, T, "ROTATED", "{ROTATED}", service="publish", rotate_when="2026-01", expires_at="2999-12-31", on_conflict="error", timeout=600))
SecretEnvVar("by-reference", SecretEnvVarArgs(S, T, "BY_REFERENCE", value_from="env:BY_REFERENCE"))
SecretEnvVar("by-file", SecretEnvVarArgs(S, T, "BY_FILE", value_from="file:../by-file", service="preview"))
SecretEnvVar("kept", SecretEnvVarArgs(S, T, "KEPT", on_conflict="keep"))
OsgiConfig("plain", OsgiConfigArgs("osgiconfig", "com.example.Plain", {{"a": "1", "list": ["x", "y"], "nested~name": 2, "flag": True}}))
OsgiConfig("removed", OsgiConfigArgs(
    "osgiconfig", "com.example.Removed", {{"smtp.password": "$[secret:KEPT]"}}, "author.prod", delete_file=True, on_conflict="replace"))
variables_from_file("variables.yaml", S, T)
"""

VARIABLES: Final = """\
- {name: FROM_FILE, type: string, value: "030465"}
- {name: FROM_FILE, type: string, value: "30587", service: author}
- {name: SECRET_FROM_FILE, type: secretString}
"""

SETTINGS: Final = {
    "aem-mail:orgId": "simulator@AdobeOrg",
    "aem-mail:clientId": "client-id-in-the-settings",
    "aem-mail:programId": "10001",
    "aem-mail:environmentId": "20001",
    "aem-mail:egress.mode": "managed",
    "aem-mail:egress.kind": "vpn",
    "aem-mail:egress.region": "va7",
    "aem-mail:egress.isPrimaryRegion": "true",
    "aem-mail:egress.allowReplace": "true",
    "aem-mail:egress.nonProxyHosts[0]": "intra.example.com",
    "aem-mail:egress.requiresFixedIp": "true",
    "aem-mail:egress.expectedConnections": "20",
    "aem-mail:egress.addressSpace[0]": ADDRESS_SPACE,
    "aem-mail:egress.dns.resolvers[0]": "10.1.0.4",
    "aem-mail:egress.dns.domains[0]": "corp.example.com",
    "aem-mail:egress.connections[0].name": "office",
    "aem-mail:egress.connections[0].gateway.address": "203.0.113.10",
    "aem-mail:egress.connections[0].gateway.addressSpace[0]": "10.1.0.0/16",
    **{f"aem-mail:egress.connections[0].ipsecPolicy.{name}": str(value) for name, value in IPSEC_POLICY.items()},
    "aem-mail:smtp.host": "smtp.example.com",
    "aem-mail:smtp.port": "587",
    "aem-mail:smtp.portOrig": "30001",
    "aem-mail:fromAddress": "noreply@wknd.site",
    "aem-mail:username": "apikey",
    "aem-mail:osgi.directory": "osgiconfig",
    "aem-mail:osgi.runMode": "dev",
    "aem-mail:osgi.publish.repository": SITE,
    "aem-mail:osgi.publish.branch": "main",
    "aem-mail:osgi.publish.directory": DIRECTORY,
    "aem-mail:osgi.publish.author": "Mail bot <mail-bot@example.com>",
    "aem-mail:osgi.publish.onConflict": "replace",
    "aem-mail:osgi.publish.deleteFile": "true",
    "aem-mail:osgi.publish.pipeline": "Deploy to dev",
    "aem-mail:osgi.publish.pipelineTimeout": "3600",
    "aem-mail:onConflict.portForward": "replace",
    "aem-mail:onConflict.secretEnvVar": "replace",
    "aem-mail:onConflict.osgiConfig": "replace",
    "aem-mail:timeouts.environment": "1200",
    "aem-mail:timeouts.infrastructure": "4800",
}


def program(kind: str, environment_id: str, *infrastructures: dict[str, Any]) -> dict[str, Any]:
    """Return a program with one production environment."""
    environment: dict[str, Any] = {"name": f"WKND {kind}", "type": "prod", "region": "va7", "advancedNetworking": None, "variables": []}
    return {
        "name": f"WKND {kind}",
        "region": "va7",
        "infrastructures": list(infrastructures),
        "environments": {environment_id: environment},
    }


def ready(id_: str, kind: str) -> dict[str, Any]:
    return {"id": id_, "kind": kind, "region": "va7", "isPrimaryRegion": True, "status": "ready"}


def in_environment(state: World, id_: str, **changes: Any) -> None:
    """Change one environment, in whichever program it is."""
    next(each["environments"] for each in state["programs"].values() if id_ in each["environments"])[id_].update(changes)


def found(state: World) -> None:
    """Give program 10001 a pipeline, and others what they have in 10004."""
    state["programs"]["10001"]["pipelines"] = [{"id": "40001", "name": "Deploy to dev", "environmentId": "20001"}]
    state["programs"]["10003"] = program("brands", "20011")
    state["programs"]["10004"] = program("shared", "20012", ready("30010", "flexiblePortEgress"))
    rules = ((30900, "others.example.com", 900), (30920, "search.example.com", 9200), (30465, "smtp.sendgrid.com", 465))
    variables = [OTHERS, string("MAIL_FROM", MAILBOX), string("MAIL_FROM", "old@wknd.site", "author"), secret("KEPT", KEPT)]
    in_environment(state, "20012", advancedNetworking=enabled(*rules), variables=variables)


def made(state: World) -> None:
    """Add what the `up` made of it."""
    state["programs"]["10001"]["infrastructures"] = [{**infrastructure(), "id": "30011"}]
    state["programs"]["10003"]["infrastructures"] = [ready("30012", "dedicatedEgressIp")]
    for id_, rules, host, variables in (
        ("20001", [(30001, "smtp.example.com", 587)], "intra.example.com", of_mail()),
        ("20002", [(30587, "smtp.office365.com", 587)], "login.microsoftonline.com", of_microsoft()),
        ("20003", [(30465, "smtp.gmail.com", 465)], None, of_google()),
        ("20011", [(30465, "smtp.sendgrid.com", 465)], None, of_brands()),
        ("20012", SHARED_RULES, None, of_shared()),
    ):
        networking = enabled(*rules, hosts=() if host is None else (host,))
        in_environment(state, id_, advancedNetworking=networking, variables=variables)


def left(state: World) -> None:
    """Leave what others had, less the rules and variables that were adopted."""
    in_environment(state, "20012", advancedNetworking=enabled((30900, "others.example.com", 900)), variables=[OTHERS])


OTHERS: Final = string("OTHERS", "theirs")
SHARED_RULES: Final = [
    (30900, "others.example.com", 900),
    (30920, "search.example.com", 9200),
    (30465, "smtp.example.com", 465),
    (30025, "192.0.2.25", 25),
]


def of_mail() -> list[dict[str, Any]]:
    return [secret("EMAIL_PASSWORD", PASSWORD), secret("EMAIL_USERNAME", "apikey")]


def of_microsoft() -> list[dict[str, Any]]:
    values = {
        "SECRET_SMTP_OAUTH_CLIENT_SECRET": MICROSOFT_SECRET,
        "SECRET_SMTP_OAUTH_REFRESH_TOKEN": MICROSOFT_TOKEN,
        "SMTP_USERNAME": MAILBOX,
    }
    return [secret(name, value, service) for name, value in values.items() for service in ("author", "publish")]


def of_google() -> list[dict[str, Any]]:
    return [
        secret("EMAIL_USERNAME", MAILBOX),
        secret("GOOGLE_CLIENT_SECRET", GOOGLE_SECRET),
        secret("GOOGLE_REFRESH_TOKEN", GOOGLE_TOKEN),
        secret("SMTP_PASSWORD", PASSWORD),
    ]


def of_brands() -> list[dict[str, Any]]:
    values = {"EMAIL_PASSWORD": BRANDS_PASSWORD, "EMAIL_USERNAME": BRANDS_USERNAME}
    return [secret(name, value, service) for name, value in values.items() for service in ("author", "preview", "publish")]


def of_shared() -> list[dict[str, Any]]:
    return [
        OTHERS,
        string("MAIL_FROM", MAILBOX),
        string("MAIL_FROM", "author@wknd.site", "author"),
        secret("KEPT", KEPT),
        secret("BY_FILE", BY_FILE, "preview"),
        secret("BY_REFERENCE", BY_REFERENCE),
        string("FROM_FILE", "030465"),
        string("FROM_FILE", "30587", "author"),
        secret("ROTATED", ROTATED, "publish"),
        secret("SECRET_FROM_FILE", BY_SETTING),
    ]


STATE: Final = Recorded(
    name="state-2",
    program=PROGRAM,
    found=found,
    made=made,
    left=left,
    destroyed=(
        *["DELETE advancedNetworking"] * 4,
        *["DELETE networkInfrastructure"] * 2,
        *["PATCH variables"] * 5,
        "PUT advancedNetworking",
    ),
    secrets=(
        *(CREDENTIAL, GIT_PASSWORD, FINGERPRINT_KEY, SHARED_KEY, PASSWORD, BRANDS_USERNAME, BRANDS_PASSWORD),
        *(MICROSOFT_SECRET, MICROSOFT_TOKEN, GOOGLE_SECRET, GOOGLE_TOKEN, ROTATED, BY_REFERENCE, BY_FILE, BY_SETTING, KEPT),
    ),
    environ={
        "AEM_MAIL_FINGERPRINT_KEY": FINGERPRINT_KEY,
        "MAIL_CLIENT_SECRET": MICROSOFT_SECRET,
        "MAIL_REFRESH_TOKEN": MICROSOFT_TOKEN,
        "GOOGLE_USERNAME": MAILBOX,
        "BRANDS_USERNAME": BRANDS_USERNAME,
        "BY_REFERENCE": BY_REFERENCE,
        "GIT_PASSWORD": GIT_PASSWORD,
    },
    settings=SETTINGS,
    secret_settings={
        "aem-mail:clientSecret": CREDENTIAL,
        "aem-mail:password": PASSWORD,
        "aem-mail:egress.connections[0].sharedKey": SHARED_KEY,
        "secrets:SECRET_FROM_FILE": BY_SETTING,
    },
    files={"variables.yaml": VARIABLES, "../brands-password": BRANDS_PASSWORD, "../by-file": BY_FILE},
    repositories={SITE: "repositories/site", BRANDS: "repositories/brands"},
)
