from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given

from aem_mail.errors import Problem
from aem_mail.kinds import problems, warnings
from aem_mail.model import UNKNOWN
from tests.strategies import valid, vpn_parts

EGRESS: dict[str, Any] = {
    "program_id": "10001",
    "environment_id": "20001",
    "smtp": {"host": "smtp.sendgrid.com", "port": 465, "port_orig": 30002},
    "from_address": "noreply@wknd.site",
    "username": "apikey",
    "password": "password123",
    "egress": {"mode": "managed", "kind": "flexiblePortEgress", "region": "va7"},
}
EXISTING = {"mode": "existing"}
OAUTH = {"client_id": "app", "tenant": "t", "provider": "microsoft365", "client_secret": "s3cr3t-1", "refresh_token": "s3cr3t-2"}


def masked_key() -> dict[str, Any]:
    """Return a VPN of which only a mask of the shared key is known."""
    connection = {"name": "office", "gateway": {}, "ipsecPolicy": {}, "sharedKey": "********"}
    return {"mode": "managed", "kind": "vpn", "region": "va7", "address_space": ["10.0.0.0/26"], "connections": [connection]}


def found(changes: dict[str, Any]) -> list[Problem]:
    return problems("MailEgress", {**deepcopy(EGRESS), **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"smtp": {"host": "SMTP.SendGrid.com.", "port": 587.0}},
        {"smtp": {"host": UNKNOWN, "port": UNKNOWN}},
        {"smtp": UNKNOWN, "egress": UNKNOWN, "username": UNKNOWN, "password": UNKNOWN},
        {"username": None, "username_from": "env:SMTP_USER", "password": None, "password_from": "file:secrets/pw"},
        {"username": None, "password": None, "on_conflict": {"secretEnvVar": "keep"}},
        {"egress": EXISTING},
        {"egress": {**EXISTING, "allow_replace": False, "connections": None}},
        {"egress": {"mode": "existing", "kind": "vpn", "region": "va7", "non_proxy_hosts": ["*.wknd.site"]}},
        {"egress": {"mode": "managed", "kind": UNKNOWN, "region": UNKNOWN, "address_space": UNKNOWN}},
        {"services": ["publish", "author"]},
        {"osgi": {"directory": "aem/osgiconfig", "run_mode": "dev"}},
        {"on_conflict": {"portForward": "replace", "envVar": "error", "osgiConfig": "replace"}},
        {"timeouts": {"environment": 60, "infrastructure": 1.5}},
        {"username_variable": "SMTP_USER", "password_variable": "SMTP_PASSWORD"},
        {"username_variable": UNKNOWN, "password_variable": UNKNOWN},
        {"from_address": "no.reply+aem@localhost"},
        {"smtp": {"preset": "sendgrid"}, "username": None},
        {"smtp": {"preset": "microsoft365", "port_orig": 30001}},
        {"smtp": {"preset": "ses", "host": "email-smtp.eu-west-1.amazonaws.com"}},
        {"smtp": {"preset": "ses", "host": UNKNOWN}},
        {"smtp": {"preset": "generic", "host": "mail.wknd.site", "port": 587}},
        {"smtp": {**EGRESS["smtp"], "former": {"host": "smtp.sendgrid.com", "port": 587}}},
        {"smtp": {**EGRESS["smtp"], "former": {"host": UNKNOWN, "port": UNKNOWN, "port_orig": UNKNOWN}}},
        {"smtp": {**EGRESS["smtp"], "former": {"secrets": ["SMTP_USER", "SMTP_PASSWORD"]}}},
    ],
)
def test_what_is_accepted(changes: dict[str, Any]) -> None:
    assert found(changes) == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"program_id": None}, "program_id", "is missing"),
        ({"environment_id": "e20001"}, "environment_id", "as digits, such as \"20001\", not 'e20001'"),
        ({"smtp": None}, "smtp", "is missing"),
        ({"smtp": "smtp.sendgrid.com:465"}, "smtp", "must be an object with the fields host, port, port_orig, preset, former, not"),
        ({"smtp": {"port": 465}}, "smtp.host", "is missing"),
        ({"smtp": {"host": "a.example:465", "port": 465}}, "smtp.host", "the port has its own field"),
        ({"smtp": {"host": "a.example", "port": 70000}}, "smtp.port", "a whole number from 1 to 65535"),
        ({"smtp": {"host": "a.example", "port": 2525}}, "smtp.port_orig", "30000 + smtp.port would be 32525"),
        ({"smtp": {"host": "a.example", "port": 465, "port_orig": 465}}, "smtp.port_orig", "from 30000 to 30999, not 465"),
        ({"smtp": {"host": "a.example", "port": 465, "portOrig": 30465}}, "smtp.portOrig", "is unknown; did you mean port_orig?"),
        ({"smtp": {"preset": "sendgird"}}, "smtp.preset", "'sendgrid', 'sendgrid-eu', 'ses', 'mailgun', 'postmark' or 'generic'"),
        ({"smtp": {"preset": 7}}, "smtp.preset", "not 7"),
        (
            {"smtp": {"preset": "ses"}},
            "smtp.host",
            "is missing: the preset 'ses' has no host that is the same for everybody; name one that",
        ),
        ({"smtp": {"preset": "generic"}}, "smtp.host", "name the mail server"),
        ({"smtp": {"preset": "sendgrid", "port": 2525}}, "smtp.port_orig", "30000 + smtp.port would be 32525"),
        ({"smtp": {"preset": "microsoft365"}, "username": None}, "username", "give either username or username_from"),
        ({"smtp": {**EGRESS["smtp"], "former": {}}}, "smtp.former", "is empty; give the host and the port of the former rule, or secrets"),
        ({"smtp": {**EGRESS["smtp"], "former": {"port": 587}}}, "smtp.former.host", "is missing"),
        ({"smtp": {**EGRESS["smtp"], "former": {"host": "a.example", "port": 2525}}}, "smtp.former.port_orig", "would be 32525"),
        (
            {"smtp": {**EGRESS["smtp"], "former": {"host": "a.example", "port": 587, "port_orig": 30002}}},
            "smtp.former.port_orig",
            "30002 is smtp.port_orig too, and a port leads to one server; choose another smtp.port_orig",
        ),
        (
            {"smtp": {**EGRESS["smtp"], "former": {"secrets": ["EMAIL_PASSWORD"]}}},
            "smtp.former.secrets[0]",
            "EMAIL_PASSWORD is password_variable too",
        ),
        ({"from_address": ""}, "from_address", "must be a plain e-mail address such as 'noreply@example.com', not ''"),
        ({"from_address": "WKND <noreply@wknd.site>"}, "from_address", "plain e-mail address"),
        ({"from_address": "noreply"}, "from_address", "plain e-mail address"),
        ({"from_address": "no reply@wknd.site"}, "from_address", "plain e-mail address"),
        ({"from_address": "noreply@wknd.site\n"}, "from_address", "plain e-mail address"),
        ({"from_address": "a@b@wknd.site"}, "from_address", "plain e-mail address"),
        ({"from_address": None}, "from_address", "is missing"),
        ({"username": None}, "username", "give either username or username_from"),
        ({"password": None}, "password", "give either password or password_from"),
        ({"password_from": "env:PW"}, "password_from", "password is given too; give only one of them"),
        ({"username": "apikey "}, "username", "which AEM trims away"),
        ({"password": "x" * 2049}, "password", "at most 2048 characters, not 2049"),
        ({"password": None, "password_from": "PW"}, "password_from", "must be 'env:NAME' or 'file:PATH'"),
        ({"egress": None}, "egress", "is missing"),
        ({"egress": {}}, "egress.mode", "is missing"),
        ({"egress": {"mode": "manage"}}, "egress.mode", "must be 'managed' or 'existing', not 'manage'"),
        ({"egress": {"mode": "managed", "region": "va7"}}, "egress.kind", "is missing: with mode 'managed'"),
        ({"egress": {"mode": "managed", "kind": "flexiblePortEgress"}}, "egress.region", "is missing: with mode 'managed'"),
        ({"egress": {**EGRESS["egress"], "address_space": ["10.0.0.0/26"]}}, "egress.address_space", "only a vpn has it"),
        (
            {"egress": {**EXISTING, "address_space": ["10.0.0.0/26"]}},
            "egress.address_space",
            "never touches the infrastructure; leave it out",
        ),
        ({"egress": {**EXISTING, "allow_replace": True}}, "egress.allow_replace", "never touches the infrastructure"),
        ({"egress": {**EXISTING, "kind": "flexible"}}, "egress.kind", "must be 'flexiblePortEgress'"),
        ({"egress": {**EXISTING, "requires_fixed_ip": "yes"}}, "egress.requires_fixed_ip", "must be true or false"),
        ({"egress": {**EXISTING, "expected_connections": 0}}, "egress.expected_connections", "a whole number of at least 1"),
        ({"egress": {**EXISTING, "non_proxy_hosts": ["a.*"]}}, "egress.non_proxy_hosts[0]", "the wildcard may only stand at the start"),
        ({"egress": {**EGRESS["egress"], "non_proxy_hosts": ["a.b"]}}, "egress.non_proxy_hosts", "has no non-proxy hosts"),
        ({"egress": {**EGRESS["egress"], "timeout": 3}}, "egress.timeout", "is unknown"),
        ({"services": []}, "services", "is empty; name the services"),
        ({"services": "author"}, "services", "must be a list of services, not a text"),
        ({"services": ["author", "author"]}, "services", "names 'author' more than once"),
        ({"services": ["dispatcher"]}, "services[0]", "must be 'author', 'publish' or 'preview', not 'dispatcher'"),
        ({"osgi": {}}, "osgi.directory", "is missing"),
        ({"osgi": {"directory": "x", "run_mode": "Dev"}}, "osgi.run_mode", "run modes joined by dots"),
        ({"osgi": {"directory": "x", "run_mode": "prod.publish"}}, "osgi.run_mode", "must be 'publish.prod'"),
        ({"osgi": {"directory": "x", "runmode": "dev"}}, "osgi.runmode", "did you mean run_mode?"),
        ({"username_variable": "EMAIL_PASSWORD"}, "password_variable", "is the same as username_variable, 'EMAIL_PASSWORD'"),
        ({"password_variable": "ADOBE_PW"}, "password_variable", "begins with ADOBE_"),
        ({"username_variable": "EMAIL-USER"}, "username_variable", "must consist of"),
        ({"on_conflict": {"portForward": "keep"}}, "on_conflict.portForward", "must be 'error' or 'replace', not 'keep'"),
        ({"on_conflict": {"port_forward": "error"}}, "on_conflict.port_forward", "did you mean portForward?"),
        ({"on_conflict": "replace"}, "on_conflict", "must be an object"),
        ({"timeouts": {"environment": 0}}, "timeouts.environment", "a positive number of seconds, not 0"),
        ({"timeouts": {"env": 3}}, "timeouts.env", "is unknown"),
    ],
)
def test_limits(changes: dict[str, Any], field: str, words: str) -> None:
    (problem,) = found(changes)

    assert problem.field == field
    assert words in problem.message


@given(vpn_parts())
def test_a_vpn_is_held_to_the_limits_of_its_infrastructure(parts: dict[str, Any]) -> None:
    egress = {"mode": "managed", "kind": "vpn", "region": "va7", **parts}

    assert found({"egress": egress}) == []
    assert [problem.field for problem in found({"egress": {**egress, "dns": {"resolvers": ["8.8.8.8"]}}})] == ["egress.dns.resolvers[0]"]
    assert [problem.field for problem in found({"egress": {**egress, "connections": None}})] == ["egress.connections"]


@given(valid("PortForward"))
def test_a_rule_that_a_port_forward_accepts_is_accepted_here_too(rule: dict[str, Any]) -> None:
    assert found({"smtp": {"host": rule["name"], "port": rule["port_dest"], "port_orig": rule["port_orig"]}}) == []


def test_all_problems_are_told_at_once() -> None:
    fields = {problem.field for problem in problems("MailEgress", {})}

    assert fields == {"program_id", "environment_id", "smtp", "from_address", "username", "password", "egress"}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"smtp": {"host": "a.example", "port": 25}}, "smtp.port", "no TLS to rely on"),
        ({"smtp": {"host": "10.0.0.1", "port": 465}}, "smtp.host", "looks private"),
        ({"password": "x" * 500}, "password", "has 500 characters"),
        ({"password": "'password123'"}, "password", "begins and ends with a quotation mark"),
        ({"username_variable": "AEM_USER"}, "username_variable", "begins with AEM_"),
        ({"osgi": {"directory": "ui.config"}}, "osgi.directory", "does not end with the folder osgiconfig"),
        ({"egress": {**EXISTING, "kind": "vpn"}}, "smtp.port_orig", "if 30002 is refused, choose another one for each environment"),
    ],
)
def test_what_will_hardly_work_is_warned_of(changes: dict[str, Any], field: str, words: str) -> None:
    (warning,) = warnings("MailEgress", {**EGRESS, **changes})

    assert warning.field == field
    assert words in warning.message


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"username": "me@wknd.site"}, ["username"]),
        ({"username": "me@wknd.site", "smtp": {"preset": "sendgrid"}}, ["username"]),
        ({"username": " apikey\n"}, []),
        ({"username": UNKNOWN}, []),
        ({"username": "me@wknd.site", "smtp": {"host": "smtp.example.com", "port": 465}}, []),
    ],
)
def test_a_user_that_the_mail_server_does_not_know_is_warned_of_and_not_shown(changes: dict[str, Any], fields: list[str]) -> None:
    warned = warnings("MailEgress", {**EGRESS, **changes})

    assert [warning.field for warning in warned] == fields
    assert "me@wknd.site" not in str(warned)


def test_a_private_mail_server_behind_a_vpn_is_not_warned_of() -> None:
    warned = warnings("MailEgress", {**EGRESS, "smtp": {"host": "mail.corp", "port": 465}, "egress": {**EXISTING, "kind": "vpn"}})

    assert "smtp.host" not in {warning.field for warning in warned}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "<user>"}, "username"),
        ({"password": "****"}, "password"),
        ({"oauth": {**OAUTH, "client_secret": "$(CLIENT_SECRET)"}, "password": None}, "oauth.client_secret"),
        ({"oauth": {**OAUTH, "refresh_token": "[secret]"}, "password": None}, "oauth.refresh_token"),
        ({"egress": masked_key()}, "egress.connections[0].sharedKey"),
    ],
)
def test_a_stand_in_is_refused_wherever_a_secret_is_given_unless_it_is_meant(changes: dict[str, Any], field: str) -> None:
    problems = found(changes)

    assert [problem.field for problem in problems if "is a stand-in for a secret" in problem.message] == [field]
    assert len(found({**changes, "allow_placeholder": True})) == len(problems) - 1
