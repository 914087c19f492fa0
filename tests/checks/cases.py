"""Each mistake with its cure, by id; `stage` says where the simulated mail of the mistake stops, None that no mail shows it."""

import json
from dataclasses import replace

from aem_mail.checks import Severity
from aem_mail.checks.network import DkimKey, NetworkFacts
from aem_mail.model import AdvancedNetworking, PortForward, Variable, VariableKey, port_forward_entry
from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID
from aem_mail.osgi.oauth_provider import REDIRECT
from tests.checks.case import Case
from tests.checks.oauth_cases import MICROSOFT, OAUTH_CASES, with_oauth
from tests.checks.situations import (
    DEFAULTS,
    HOST,
    MAIL_FILE,
    PASSWORD,
    STARTTLS,
    USERNAME,
    Situation,
    believed,
    declared,
    enabled,
    healthy,
    infrastructure,
    live,
    live_of,
    mail_file,
    secret,
    shown,
    string,
    with_mail,
)

WRONG_PID = "config/com.day.cq.mailer.impl.DefaultMailService.cfg.json"


def in_config_form() -> str:
    """Return the mail service's file as a `.config` file."""
    texts = {key: ("B", str(value).lower()) if isinstance(value, bool) else ("", str(value)) for key, value in DEFAULTS.items()}
    return "".join(f'{key}={type_}"{text.replace("=", chr(92) + "=")}"\n' for key, (type_, text) in texts.items())


def beside(other: Situation, own: Situation, environment_type: str = "dev") -> Situation:
    """Return a situation of an environment with another one, of production unless it is that itself, beside it."""
    return replace(own, environment_type=environment_type, others=(replace(other, environment_type=OTHER_TYPE[environment_type]),))


def unconfigured(*variables: Variable) -> Situation:
    """Return a live environment without an AEM project."""
    return Situation({"README.md": "no configuration"}, None, live(variables=variables), tiers=())


def via(*rules: PortForward, **mail: object) -> Situation:
    return healthy(declaration=declared(*rules), files={MAIL_FILE: mail_file(**mail)})


def holding(*variables: object, **mail: object) -> Situation:
    return healthy(declaration=declared(variables=variables), files={MAIL_FILE: mail_file(**mail)})


def ported(on_author: str) -> Situation:
    """Return a situation in which all services have the declared port, and author has one that nobody declares."""
    variables = (USERNAME, PASSWORD, string("PORT", "30465"))
    there = live_of(declared(variables=(*variables, string("PORT", on_author, "author"))))
    return healthy(declaration=declared(variables=variables), live=there, files={MAIL_FILE: mail_file(smtp_port="$[env:PORT]")})


def referring(mine: str | None, theirs: str | None) -> Situation:
    """Return a dev beside a prod, each with its password given by that reference."""
    given = [declared(variables=(replace(PASSWORD, value=None, value_from=one),)) for one in (mine, theirs)]
    return healthy(declaration=given[0], others=(healthy(declaration=given[1], environment_type="prod"),))


OTHER_TYPE = {"dev": "prod", "prod": "dev"}
ON_465, ON_587 = PortForward(HOST, 465, 30465), PortForward(HOST, 587, 30587)
NOT_OURS = PortForward("ldap.example.com", 636, 30465)
PRIVATE = PortForward("10.1.2.3", 465, 30465)
NAMED = PortForward("mail.corp.internal", 465, 30465)
GATEWAY = ({"name": "office", "gateway": {"address": "203.0.113.10", "addressSpace": ["10.1.0.0/16"]}},)
VPN = {"kind": "vpn", "dns": {"resolvers": ["10.1.0.4"], "domains": ["corp.internal"]}, "connections": GATEWAY}
DEV_ALONE = {f"config.dev/{MAIL_SERVICE_PID}.cfg.json": mail_file()}
LONG = "x" * 600
BOTH, ON_AUTHOR = (USERNAME, PASSWORD), replace(PASSWORD, key=VariableKey("author", "EMAIL_PASSWORD"))
PLAIN = shown("EMAIL_PASSWORD", type_="string", value="password123")
FAILED = (shown("EMAIL_USERNAME"), replace(shown("EMAIL_PASSWORD"), status="failed"))
SENDER, FROM_SENDER = shown("SENDER", type_="string", value="noreply@wknd.site"), {MAIL_FILE: mail_file(from_address="$[env:SENDER]")}
OTHER_FILE, WRITTEN = "config/com.example.Other.cfg.json", {MAIL_FILE: mail_file()}
ON_PUBLISH, OAUTH_ON_AUTHOR = f"config.publish/{MAIL_SERVICE_PID}.cfg.json", f"config.author/{OAUTH_PID}.cfg.json"
OF_MICROSOFT = replace(with_oauth(MICROSOFT), rendered=with_oauth({**MICROSOFT, **REDIRECT}).files)
EGRESS = "p10001.external.adobeaemcloud.com"
OTHER_USER = {MAIL_FILE: mail_file(smtp_user="tests@wknd.site")}
OFFICE_SPF: dict[str, object] = {"smtp_host": "smtp.office365.com", "included": frozenset({"spf.protection.outlook.com"})}
DOMAINS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "a domain that is not there": ({"exists": False}, {}),
    "no SPF": ({"spf": ()}, {"spf": (), "smtp_host": "smtp.sendgrid.com"}),
    "two SPF records": ({"spf": ("v=spf1 -all", "v=spf1 ~all")}, {}),
    "too many look-ups": ({"lookups": 11}, {"lookups": 10}),
    "an SPF record without the provider": (OFFICE_SPF | {"included": frozenset({"example.com"})}, OFFICE_SPF),
    "no DMARC": ({"dmarc": ()}, {"dmarc": None}),
    "two DMARC records": ({"dmarc": ("v=DMARC1; p=none",) * 2}, {}),
    "no DKIM key": ({"dkim": (DkimKey("s1", None),)}, {"dkim": (DkimKey("s1", "v=DKIM1; p=…", bits=2048),)}),
    "a revoked DKIM key": ({"dkim": (DkimKey("s1", "v=DKIM1; p=", revoked=True),)}, {}),
    "a DKIM key that is none": ({"dkim": (DkimKey("s1", "v=DKIM1; p=x"),)}, {}),
    "a short DKIM key": (
        {"dkim": (DkimKey("s1", "v=DKIM1; p=…", bits=512),)},
        {"dkim": (DkimKey("s1", "v=DKIM1; p=…", bits=256, algorithm="ed25519"),)},
    ),
}


def twins(*ports: int) -> AdvancedNetworking:
    """Return rules to one server on several ports, or on one."""
    return AdvancedNetworking(True, "30001", port_forwards=tuple(port_forward_entry(PortForward(HOST, 465, port)) for port in ports))


CASES: dict[str, dict[str, Case]] = {
    "M01": {
        "the server itself": Case(with_mail(smtp_host=HOST), healthy(), "connect"),
        "no host": Case(with_mail(smtp_host=""), healthy(), "config"),
        "a plain variable that names the server": Case(
            holding(USERNAME, PASSWORD, string("SMTP_HOST", HOST), smtp_host="$[env:SMTP_HOST]"),
            with_mail(smtp_host="$[env:AEM_PROXY_HOST]"),
            "connect",
        ),
    },
    "M02": {
        "the server's own port": Case(with_mail(smtp_port="465"), healthy(), "proxy"),
        "another rule's port": Case(with_mail(smtp_port="30587"), via(ON_465, ON_587, **STARTTLS), "proxy"),
        "no port": Case(with_mail(smtp_port=None), healthy(), "proxy"),
        "a port that no rule can have, whatever the rules are": Case(
            healthy(declaration=None, files={MAIL_FILE: mail_file(smtp_port=587)}),
            healthy(declaration=None, files={MAIL_FILE: mail_file(smtp_port=30587)}),
        ),
        "no rule at all": Case(
            healthy(declaration=declared(port_forwards=()), live=live(networking=enabled())), healthy(live=live()), "proxy"
        ),
    },
    "M03": {
        "outside the range": Case(via(PortForward(HOST, 465, 53306), smtp_port="53306"), healthy()),
        "two live rules on one port": Case(
            healthy(live=live(networking=twins(30465, 30465))), healthy(live=live(networking=twins(30465, 30466)))
        ),
        "used twice": Case(
            via(PortForward("relay.example.com", 465, 30465), ON_465), via(PortForward("relay.example.com", 465, 30466), ON_465)
        ),
    },
    "M04": {"465 that leads to 587": Case(via(PortForward(HOST, 587, 30465)), via(ON_587, **STARTTLS), "tls")},
    "M05": {
        "no TLS at first on 465": Case(with_mail(smtp_ssl=False), healthy(), "tls"),
        "TLS at first on 587": Case(via(ON_587, **STARTTLS | {"smtp_ssl": True}), via(ON_587, **STARTTLS), "tls"),
        "judged by the portOrig": Case(via(PortForward(HOST, 587, 30465)), via(PortForward(HOST, 587, 30465), smtp_ssl=False), "tls"),
        "a flag as text": Case(with_mail(smtp_ssl="false"), with_mail(smtp_ssl="true"), "tls"),
    },
    "M06": {
        "STARTTLS off on 587": Case(via(ON_587, **STARTTLS | {"smtp_starttls": False}), via(ON_587, **STARTTLS)),
        "STARTTLS on on 465": Case(with_mail(smtp_starttls=True), healthy()),
    },
    "M07": {"port 25": Case(via(PortForward("relay.example.com", 25, 30025), smtp_port="30025", smtp_ssl=False), healthy())},
    "M08": {
        "a secret read as a plain variable": Case(
            with_mail(smtp_user="$[env:EMAIL_USERNAME;default=nobody]"), with_mail(smtp_user="$[secret:EMAIL_USERNAME]"), "auth"
        ),
        "a plain variable read as a secret": Case(holding(string("EMAIL_USERNAME", "apikey"), PASSWORD), healthy(), "auth"),
        "a live variable": Case(
            healthy(declaration=None, live=live(variables=(shown("EMAIL_USERNAME", type_="string", value="apikey"),))),
            healthy(declaration=None, live=live(variables=(shown("EMAIL_USERNAME"),))),
        ),
    },
    "M09": {
        "no such variable": Case(
            healthy(declaration=declared(variables=(USERNAME,)), live=live(variables=(shown("EMAIL_USERNAME"),))),
            healthy(live=live()),
            "auth",
        ),
        "a name that is written otherwise": Case(
            healthy(declaration=declared(), live=live(), files={MAIL_FILE: mail_file(smtp_password="$[secret:EMAIL_PASWORD]")}),
            healthy(declaration=declared(), live=live()),
            "auth",
        ),
    },
    "M10": {
        "a variable for author only": Case(
            healthy(declaration=declared(variables=(USERNAME, secret("EMAIL_PASSWORD", "password123", "author")))),
            healthy(),
            "auth",
            "publish",
        ),
        "publish's variable is not preview's": Case(
            holding(USERNAME, secret("EMAIL_PASSWORD", "password123", "publish"), secret("EMAIL_PASSWORD", "password123", "author")),
            healthy(),
            "auth",
            "preview",
        ),
        "a variable for author that nobody declares": Case(
            healthy(live=live(variables=(*live().variables, shown("EMAIL_PASSWORD", "author")))), healthy(live=live())
        ),
        "a plain variable for author that nobody declares": Case(ported("30466"), ported("30465"), "proxy"),
        "a folder for author only": Case(
            healthy(
                declaration=declared(services=("author", "publish")),
                files={f"config.author/{MAIL_SERVICE_PID}.cfg.json": mail_file()},
                tiers=("author", "publish"),
            ),
            healthy(declaration=declared(services=("author", "publish")), tiers=("author", "publish")),
            "config",
            "publish",
        ),
    },
    "M11": {
        "an ignored prefix": Case(
            holding(USERNAME, secret("INTERNAL_PASSWORD", "password123"), smtp_password="$[secret:INTERNAL_PASSWORD]"), healthy(), "auth"
        ),
        "AEM's own variable": Case(holding(USERNAME, PASSWORD, string("AEM_PROXY_HOST", "elsewhere")), healthy()),
        "a placeholder of the platform's": Case(with_mail(smtp_user="$[env:ADOBE_USER;default=apikey]"), healthy()),
        "a placeholder that no variable can fill": Case(with_mail(smtp_user="$[env:MAIL-USER;default=apikey]"), healthy()),
    },
    "M12": {
        "a secret that may be too long": Case(
            holding(USERNAME, PASSWORD, secret("TOKEN", LONG)),
            holding(USERNAME, PASSWORD, secret("TOKEN", LONG[:499])),
            severity=Severity.WARNING,
        ),
        "a value that is too long": Case(
            holding(USERNAME, PASSWORD, string("TEXT", "x" * 2049)), holding(USERNAME, PASSWORD, string("TEXT", "x" * 2048))
        ),
        "a long name": Case(holding(USERNAME, PASSWORD, string("N" * 101, "x")), holding(USERNAME, PASSWORD, string("N" * 100, "x"))),
        "too many": Case(
            healthy(live=live(variables=tuple(shown(f"V{number}") for number in range(399)))),
            healthy(live=live(variables=tuple(shown(f"V{number}") for number in range(398)))),
        ),
    },
    **OAUTH_CASES,
    "M17": {
        "no sender": Case(with_mail(from_address=""), healthy(), "config"),
        "a sender that is no address": Case(with_mail(from_address="WKND"), healthy(), "config"),
        **{
            name: Case(healthy(network=believed(**seen)), healthy(network=believed(**cure)), severity=Severity.WARNING)
            for name, (seen, cure) in DOMAINS.items()
        },
    },
    "M18": {
        "not enabled here": Case(
            healthy(
                declaration=None,
                live=live(
                    infrastructures=(infrastructure("dedicatedEgressIp"),), networking=AdvancedNetworking(enabled=False), variables=()
                ),
            ),
            healthy(declaration=declared(kind="dedicatedEgressIp"), live=live(infrastructures=(infrastructure("dedicatedEgressIp"),))),
            "proxy",
        ),
        "an address that is not there": Case(
            healthy(declaration=declared(kind="dedicatedEgressIp"), network=NetworkFacts(EGRESS, ())),
            healthy(declaration=declared(kind="dedicatedEgressIp"), network=NetworkFacts(EGRESS, ("203.0.113.7",))),
        ),
    },
    "M19": {
        "flexible port egress": Case(
            healthy(declaration=declared(requires_fixed_ip=True)),
            healthy(declaration=declared(requires_fixed_ip=True, kind="dedicatedEgressIp")),
        ),
        "an infrastructure of somebody else": Case(
            healthy(declaration=declared(requires_fixed_ip=True, kind=None), live=live()),
            healthy(declaration=declared(kind=None), live=live()),
        ),
    },
    "M20": {
        "flexible port egress": Case(via(PRIVATE), healthy(declaration=declared(PRIVATE, kind="vpn")), "connect"),
        "dedicated egress IP": Case(
            healthy(declaration=declared(PRIVATE, kind="dedicatedEgressIp")), healthy(declaration=declared(PRIVATE, kind="vpn")), "connect"
        ),
    },
    "M21": {
        "no resolvers": Case(
            healthy(declaration=declared(NAMED, **VPN | {"dns": None})), healthy(declaration=declared(NAMED, **VPN)), "connect"
        ),
        "a public relay": Case(
            healthy(declaration=declared(**VPN)), healthy(declaration=declared(**VPN | {"dns": None})), "connect", severity=Severity.WARNING
        ),
        "a resolver outside": Case(
            healthy(declaration=declared(NAMED, **VPN | {"dns": {"resolvers": ["192.0.2.1"], "domains": ["corp.internal"]}})),
            healthy(declaration=declared(NAMED, **VPN)),
            "connect",
        ),
    },
    "M22": {
        "an infrastructure that failed": Case(
            healthy(live=live(infrastructures=(infrastructure(status="failed", status_details="no capacity"),))),
            healthy(live=live()),
            "proxy",
        ),
        "a program that is being deleted": Case(
            healthy(live=replace(live(), program=replace(live().program, status="deleting"))), healthy(live=live())
        ),
        "an environment under way": Case(
            healthy(live=live(environment=replace(live().environment, status="updating"))), healthy(live=live())
        ),
        "a variable that failed": Case(healthy(live=live(variables=FAILED)), healthy(live=live()), "auth"),
        "a variable that failed, and that nobody declares": Case(
            healthy(live=live(variables=(*FAILED[:1], replace(SENDER, status="failed"))), files=FROM_SENDER),
            healthy(live=live(variables=(*FAILED[:1], SENDER)), files=FROM_SENDER),
        ),
    },
    "M23": {
        "a sandbox program": Case(healthy(live=live(sandbox=True)), healthy(live=live())),
        "another kind": Case(healthy(live=live(infrastructures=(infrastructure("vpn"),))), healthy(live=live())),
    },
    "M24": {
        "the mail server": Case(
            healthy(declaration=declared(kind="dedicatedEgressIp", non_proxy_hosts=("*.sendgrid.com",))),
            healthy(declaration=declared(kind="dedicatedEgressIp", non_proxy_hosts=("*.example.com",))),
        ),
        "flexible port egress": Case(healthy(declaration=declared(non_proxy_hosts=("example.com",))), healthy(), severity=Severity.ERROR),
    },
    "M25": {"HTTPS": Case(via(ON_465, PortForward("api.example.com", 443, 30443)), healthy())},
    "M26": {
        "the PID with impl": Case(healthy(files={WRONG_PID: mail_file()}), healthy(), "config"),
        "two winners": Case(
            healthy(files={f"config.{mode}/{MAIL_SERVICE_PID}.cfg.json": mail_file() for mode in ("author", "dev")}),
            healthy(files={f"config.{mode}/{MAIL_SERVICE_PID}.cfg.json": mail_file() for mode in ("author", "author.dev")}),
            "config",
        ),
        "a run mode that is none": Case(
            healthy(files={MAIL_FILE: mail_file(), f"config.local/{MAIL_SERVICE_PID}.cfg.json": mail_file(smtp_host="localhost")}),
            healthy(files={MAIL_FILE: mail_file(), f"config.dev/{MAIL_SERVICE_PID}.cfg.json": mail_file()}),
            severity=Severity.WARNING,
        ),
        "no config folder": Case(healthy(files={f"install/{MAIL_SERVICE_PID}.cfg.json": mail_file()}), healthy(), "config"),
        "run modes in the wrong order": Case(
            healthy(files={f"config.dev.author/{MAIL_SERVICE_PID}.cfg.json": mail_file()}),
            healthy(files={f"config.author.dev/{MAIL_SERVICE_PID}.cfg.json": mail_file()}),
            "config",
        ),
        "run modes that no folder may have": Case(
            healthy(files={MAIL_FILE: mail_file(), f"config.author.publish/{MAIL_SERVICE_PID}.cfg.json": mail_file()}),
            healthy(files={MAIL_FILE: mail_file(), f"config.author/mail/{MAIL_SERVICE_PID}.cfg.json": mail_file()}),
            severity=Severity.WARNING,
        ),
        "a rival in another form": Case(
            healthy(files={MAIL_FILE: mail_file(), f"config/{MAIL_SERVICE_PID}.config": in_config_form()}), healthy(), "config"
        ),
        "a node of another type": Case(healthy(files={f"config/{MAIL_SERVICE_PID}.xml": "<jcr:root xmlns:jcr='j'/>"}), healthy(), "config"),
        "no file at all": Case(healthy(files={"config/com.example.Other.cfg.json": "{}"}), healthy(), "config"),
        "another environment's file": Case(
            healthy(files={f"config.prod/{MAIL_SERVICE_PID}.cfg.json": mail_file()}),
            healthy(files={f"config.prod/{MAIL_SERVICE_PID}.cfg.json": mail_file()}, environment_type="prod"),
            "config",
        ),
        "a trailing comma": Case(healthy(files={MAIL_FILE: mail_file()[:-1] + ",}"}), healthy(), "config"),
        "keys that differ in case": Case(healthy(files={MAIL_FILE: mail_file()[:-1] + ',"SMTP.host": "x"}'}), healthy(), "config"),
        "a placeholder under a number": Case(
            with_mail(**{"smtp_port": None, "smtp_port:Integer": "$[env:PORT;default=30465]"}),
            with_mail(smtp_port="$[env:PORT;type=Integer;default=30465]"),
            "config",
        ),
        "comments": Case(healthy(files={MAIL_FILE: f"// mail\n{mail_file()}"}), healthy(), severity=Severity.INFO),
    },
    "M27": {
        "the same user and password": Case(
            healthy(files=OTHER_USER, others=(healthy(files=OTHER_USER, environment_type="prod"),)),
            healthy(files=OTHER_USER, others=(healthy(environment_type="prod"),)),
        ),
        "the same references": Case(referring("env:EMAIL_PASSWORD", "env:EMAIL_PASSWORD"), referring("env:DEV", "env:EMAIL_PASSWORD")),
        "nothing to compare": Case(referring(None, None), via(PortForward("localhost", 465, 30465)), severity=Severity.INFO),
        "a user that is the only one": Case(
            healthy(declaration=declared(variables=(USERNAME,)), others=(healthy(environment_type="prod"),)),
            healthy(
                declaration=declared(variables=(USERNAME, secret("EMAIL_PASSWORD", "another"))), others=(healthy(environment_type="prod"),)
            ),
            severity=Severity.INFO,
        ),
    },
    "M28": {
        "a variable that prod lacks": Case(
            beside(healthy(), healthy(declaration=declared(variables=(USERNAME,))), "prod"), beside(healthy(), healthy(), "prod")
        ),
        "a variable of another type": Case(
            beside(healthy(), holding(string("EMAIL_USERNAME", "apikey"), PASSWORD)), beside(healthy(), healthy())
        ),
        "a port forward that dev lacks": Case(
            beside(healthy(), healthy(declaration=declared(port_forwards=()), live=live(networking=enabled()))),
            beside(healthy(), healthy(live=live())),
        ),
        "a configuration for dev alone": Case(
            beside(healthy(files=DEV_ALONE), healthy(files=DEV_ALONE), "prod"), beside(healthy(files=DEV_ALONE), healthy(), "prod")
        ),
        "a variable, where no project says what is needed": Case(
            beside(unconfigured(shown("EMAIL_PASSWORD")), unconfigured(), "prod"),
            beside(unconfigured(shown("EMAIL_PASSWORD")), unconfigured(shown("EMAIL_PASSWORD")), "prod"),
        ),
        "another mail server": Case(
            beside(healthy(), via(PortForward("relay.example.com", 465, 30465))), beside(healthy(), healthy()), severity=Severity.INFO
        ),
        "another sender": Case(
            beside(healthy(), with_mail(from_address="dev@wknd.site")), beside(healthy(), healthy()), severity=Severity.INFO
        ),
    },
    "M29": {
        "quotation marks": Case(holding(USERNAME, secret("EMAIL_PASSWORD", '"password123"')), healthy(), "auth"),
        "another user than the provider's only one": Case(with_mail(smtp_user="me@wknd.site"), with_mail(smtp_user="apikey"), "auth"),
        "a line break": Case(holding(USERNAME, secret("EMAIL_PASSWORD", "password123\n")), healthy()),
    },
    "M30": {
        "more than there are": Case(
            healthy(declaration=declared(expected_connections=750)), healthy(declaration=declared(expected_connections=749))
        )
    },
    "M31": {
        "a password": Case(with_mail(smtp_password="password123"), healthy()),
        "a default that is the password": Case(with_mail(smtp_password="$[secret:EMAIL_PASSWORD;default=password123]"), healthy()),
        "a password in another form": Case(
            healthy(files={MAIL_FILE: mail_file(), f"config.prod/{MAIL_SERVICE_PID}.properties": "smtp.password=password123"}), healthy()
        ),
        "a password under another name": Case(with_mail(**{"smtp_pass": "password123"}), healthy()),
        "a client secret": Case(with_oauth({**MICROSOFT, "clientSecret": "in plain text"}), with_oauth(MICROSOFT)),
        "a password in a folder of another environment": Case(
            healthy(files={MAIL_FILE: mail_file(), f"config.prod/{MAIL_SERVICE_PID}.cfg.json": mail_file(smtp_password="password123")}),
            healthy(),
        ),
    },
    "M32": {
        "a rapid development environment": Case(
            healthy(live=live(environment=replace(live().environment, type="rde"))), healthy(live=live())
        ),
        "a sandbox program": Case(healthy(live=live(sandbox=True)), healthy(live=live())),
    },
    "M33": {
        "Postmark": Case(
            healthy(declaration=declared(PortForward("smtp.postmarkapp.com", 587, 30587), kind="dedicatedEgressIp")),
            healthy(declaration=declared(PortForward("smtp.postmarkapp.com", 587, 30587))),
        )
    },
    "M34": {
        "a rule that is gone": Case(healthy(live=live(networking=enabled())), healthy(live=live()), "proxy"),
        "a rule that leads elsewhere": Case(
            healthy(live=live(networking=enabled(PortForward("smtp.elsewhere.example", 465, 30465)))), healthy(live=live()), "connect"
        ),
        "no advanced networking": Case(healthy(live=live(networking=AdvancedNetworking(enabled=False))), healthy(live=live()), "proxy"),
        "an infrastructure in another region": Case(
            healthy(declaration=declared(manages_infrastructure=True, region="ndl1"), live=live()),
            healthy(declaration=declared(manages_infrastructure=True, region="va7"), live=live()),
        ),
        "no infrastructure": Case(
            healthy(declaration=declared(manages_infrastructure=True), live=live(infrastructures=())),
            healthy(declaration=declared(manages_infrastructure=True), live=live()),
            "proxy",
        ),
        "a secret that is gone": Case(healthy(live=live(variables=(shown("EMAIL_USERNAME"),))), healthy(live=live()), "auth"),
        "a secret turned plain": Case(
            healthy(live=live(variables=(shown("EMAIL_USERNAME"), PLAIN))),
            healthy(live=live()),
            "auth",
        ),
        "a secret for one tier, that is gone": Case(
            healthy(declaration=declared(variables=(*BOTH, ON_AUTHOR)), live=live(variables=(shown("EMAIL_USERNAME"), PLAIN))),
            healthy(declaration=declared(variables=(*BOTH, ON_AUTHOR)), live=live_of(declared(variables=(*BOTH, ON_AUTHOR)))),
            "auth",
        ),
        "another value": Case(
            healthy(
                declaration=declared(variables=(*BOTH, string("PORT", "30465"))),
                live=live_of(declared(variables=(*BOTH, string("PORT", "30466")))),
                files={MAIL_FILE: mail_file(smtp_port="$[env:PORT]")},
            ),
            healthy(live=live()),
            "proxy",
        ),
    },
    "M35": {
        "a file that is gone": Case(healthy(files={OTHER_FILE: "{}"}, rendered=WRITTEN), healthy(rendered=WRITTEN), "config"),
        "a file that was edited": Case(
            healthy(files={MAIL_FILE: mail_file(smtp_host="smtp.elsewhere.example")}, rendered=WRITTEN),
            healthy(rendered=WRITTEN),
            "connect",
        ),
        "a file for one tier that nobody declares": Case(
            healthy(files=WRITTEN | {ON_PUBLISH: mail_file(smtp_user="nobody")}, rendered=WRITTEN),
            healthy(files=WRITTEN | {ON_PUBLISH: mail_file()}, rendered=WRITTEN),
            "auth",
            "preview",
        ),
        "an OAuth provider for one tier that nobody declares": Case(
            replace(OF_MICROSOFT, files={**OF_MICROSOFT.files, OAUTH_ON_AUTHOR: json.dumps({**MICROSOFT, "clientId": "somebody-else"})}),
            OF_MICROSOFT,
            "auth",
        ),
    },
    "M36": {
        "no rule is recorded": Case(
            healthy(
                declaration=declared(port_forwards=(), unfinished=(("mail", "PortForward"),)),
                live=live(networking=enabled(NOT_OURS)),
            ),
            healthy(live=live()),
            "connect",
        ),
    },
    "M37": {
        "another name of the user": Case(with_mail(smtp_user=None, smtp_username="$[secret:EMAIL_USERNAME]"), healthy(), "auth"),
        "a misspelt sender": Case(with_mail(from_address=None, from_adress="noreply@wknd.site"), healthy()),
        "a property that resembles none": Case(with_mail(template="x"), healthy(), severity=Severity.WARNING),
    },
    "M38": {"a .config file": Case(healthy(files={f"config/{MAIL_SERVICE_PID}.config": in_config_form()}), healthy())},
}

NOT_SHOWN_BY_A_MAIL = {
    "M06": "AEM decides on STARTTLS by itself, so that the mail arrives anyway",
    "M19": "the simulated mail servers look at no address",
    "M25": "the rule is not needed, and does no harm",
    "M27": "the mail arrives, where it should not",
    "M28": "environments are compared; the mail of the one that lacks something is that of M02, M09 or M26",
    "M30": "the limit of connections is not simulated",
    "M31": "the mail arrives, and everybody can read the secret",
    "M33": "the mail arrives, from any address",
    "M38": "the mail arrives, as from any other form",
}
"""Why no mail is stopped by the mistake; every other check has one that is, in a case with a stage or in a test of its own."""

SHOWN_ELSEWHERE = {
    "M03": "test_refusals.test_what_cloud_manager_refuses_stops_the_mail",
    "M07": "test_checks.test_mail_to_port_25_travels_in_the_clear",
    "M12": "test_refusals.test_what_cloud_manager_refuses_stops_the_mail",
    "M23": "test_refusals.test_what_cloud_manager_refuses_stops_the_mail",
    "M24": "test_refusals.test_what_cloud_manager_refuses_stops_the_mail",
    "M32": "test_refusals.test_what_cloud_manager_refuses_stops_the_mail",
}
"""The tests that show it by a mail, where a case alone cannot."""

__all__ = ["CASES", "DEFAULTS", "NOT_SHOWN_BY_A_MAIL", "SHOWN_ELSEWHERE", "Case"]
