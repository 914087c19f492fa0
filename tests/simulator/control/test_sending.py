"""What the mail path is handed: the rules and variables of that moment, and the configuration on disk or in the request."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.simulator.api.problems import Problem
from aem_mail.simulator.control.sending import Sending
from tests.contract.vpn import vpn_infrastructure
from tests.simulator.direct import MINUTE, NETWORKING, RULE, VARIABLES, Direct

PROPERTIES = {
    "smtp.host": "$[env:AEM_PROXY_HOST;default=proxy.tunnel]",
    "smtp.port": "30465",
    "smtp.user": "$[secret:EMAIL_USERNAME]",
    "smtp.password": "$[secret:EMAIL_PASSWORD]",
    "from.address": "noreply@wknd.site",
    "smtp.ssl": True,
}
MESSAGE = {"programId": "10001", "environmentId": "20001", "tier": "author", "osgi": {MAIL_SERVICE_PID: PROPERTIES}}
CREDENTIALS = [
    {"name": "EMAIL_USERNAME", "type": "secretString", "value": "apikey"},
    {"name": "EMAIL_PASSWORD", "type": "secretString", "value": "password123"},
]


class Mailing(Direct):
    """A simulator that sends."""

    def __init__(self, seed: dict[str, Any] | None = None) -> None:
        super().__init__(seed)
        self.sending = Sending(self.world)

    def send(self, **changes: Any) -> dict[str, Any]:
        message = MESSAGE | changes
        return self.sending.send({name: value for name, value in message.items() if value is not None})

    def stage(self, **changes: Any) -> str:
        return str(self.send(**changes)["stage"])

    def set_variables(self, *variables: dict[str, Any]) -> None:
        assert self.ask("PATCH", VARIABLES, list(variables)).status == 204

    def with_credentials(self) -> "Mailing":
        self.set_variables(*CREDENTIALS)
        self.wait(5 * MINUTE)
        return self


@pytest.fixture
def mailing() -> Iterator[Mailing]:
    mailing = Mailing()
    try:
        yield mailing
    finally:
        mailing.sending.stop()


@pytest.fixture
def ready(mailing: Mailing) -> Mailing:
    """Everything in place: a message is delivered."""
    mailing.with_infrastructure().with_networking(RULE)
    return mailing.with_credentials()


def test_what_is_let_pass_here_and_may_not_be_there_is_said(ready: Mailing) -> None:
    ready.set_variables({"name": "EMAIL_TOKEN", "type": "secretString", "value": "x" * 500})
    ready.wait(5 * MINUTE)

    result = ready.send(osgi={MAIL_SERVICE_PID: {**PROPERTIES, "smtp.hostt": "proxy.tunnel"}})

    key, secret = result["doubts"]
    assert result["delivered"]
    assert key == f"smtp.hostt is no key of {MAIL_SERVICE_PID}: Adobe's build does not allow it"
    assert secret.startswith("EMAIL_TOKEN has 500 characters: the specification's text says fewer than 500")


def test_a_message_is_delivered_and_kept(ready: Mailing) -> None:
    result = ready.send(to="you@example.org", subject="Hello")

    assert result == {
        "delivered": True,
        "stage": "done",
        "smtpCode": 250,
        "error": None,
        "resolved": {"host": "proxy.tunnel", "port": 30465, "ssl": True, "user": "apikey"},
    }
    (mail,) = ready.sending.mails()
    assert (mail["host"], mail["port"], mail["rcptTo"], mail["subject"]) == ("smtp.example.com", 465, ["you@example.org"], "Hello")
    assert mail["time"] == ready.world.now


def test_nothing_is_forwarded_before_networking_is_enabled(mailing: Mailing) -> None:
    assert mailing.with_credentials().stage() == "proxy"


def test_rules_count_once_the_first_enablement_is_over(mailing: Mailing) -> None:
    mailing.with_credentials().with_infrastructure()
    mailing.ask("PUT", NETWORKING, {"portForwards": [RULE]})

    assert mailing.stage() == "proxy"
    mailing.wait(10 * MINUTE)
    assert mailing.stage() == "done"


def test_the_rules_before_a_change_stay_in_force_until_it_is_over(ready: Mailing) -> None:
    ready.ask("PUT", NETWORKING, {"portForwards": []})

    assert ready.stage() == "done"
    ready.wait(10 * MINUTE)
    assert ready.stage() == "proxy"


def test_the_values_before_a_change_stay_in_force_until_it_is_over(ready: Mailing) -> None:
    ready.set_variables(CREDENTIALS[1] | {"value": "wrong-password"})

    assert ready.stage() == "done"
    ready.wait(5 * MINUTE)
    assert ready.stage() == "auth"


def test_a_variable_that_failed_is_not_in_force(ready: Mailing) -> None:
    ready.set_variables(*(each | {"value": ""} for each in CREDENTIALS))
    ready.wait(5 * MINUTE)
    ready.arm(action="fail", path=VARIABLES)
    ready.with_credentials()

    assert not ready.send()["delivered"]


def test_a_secret_known_by_its_fingerprint_only_stops_at_variables(mailing: Mailing) -> None:
    mailing.with_infrastructure().with_networking(RULE)
    state = mailing.world.to_json()
    unknown = [{"name": each["name"], "type": "secretString", "fingerprint": f"sha256:{'0' * 64}"} for each in CREDENTIALS]
    state["programs"]["10001"]["environments"]["20001"]["variables"] = unknown
    mailing.world.replace(state)

    assert mailing.stage() == "variables"


def test_mail_servers_come_and_go_with_the_state(ready: Mailing) -> None:
    servers = ready.world.state.smtp
    ready.world.set_smtp(())
    assert ready.stage() == "connect"

    ready.world.set_smtp(servers)
    assert ready.stage() == "done"


def test_the_configuration_is_read_from_the_folder_of_the_run_modes(ready: Mailing, tmp_path: Path) -> None:
    for folder, properties in (("config", {}), ("config.author.dev", PROPERTIES), ("config.publish", PROPERTIES | {"smtp.port": "1"})):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{MAIL_SERVICE_PID}.cfg.json").write_text(json.dumps(properties))

    assert ready.stage(osgi=None, directory=str(tmp_path)) == "done"
    assert ready.stage(osgi=None, directory=str(tmp_path), tier="publish") == "proxy"
    assert ready.stage(osgi=None, directory=str(tmp_path), runModes=["author"]) == "config"


def test_a_folder_that_is_not_there_stops_at_config(ready: Mailing, tmp_path: Path) -> None:
    result = ready.send(osgi=None, directory=str(tmp_path / "nowhere"))

    assert (result["stage"], result["resolved"]) == ("config", None)
    assert "nowhere is no directory" in result["error"]


@pytest.mark.parametrize(
    ("change", "status", "name"),
    [
        ({"programId": "9"}, 404, "program 9"),
        ({"environmentId": "9"}, 404, "environment 9"),
        ({"tier": "dispatcher"}, 400, "tier"),
        ({"osgi": None}, 400, "exactly one of osgi and directory"),
        ({"directory": "x"}, 400, "exactly one of osgi and directory"),
        ({"osgi": {MAIL_SERVICE_PID: 7}}, 400, "must be an object"),
        ({"runModes": "author"}, 400, "runModes"),
        ({"body": "x"}, 400, "body"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(change: dict[str, Any], status: int, name: str, mailing: Mailing) -> None:
    with pytest.raises(Problem) as refused:
        mailing.send(**change)

    assert refused.value.status == status
    assert name in str(refused.value)


@pytest.mark.parametrize(("method", "path"), [("DELETE", "mails"), ("POST", "reset")])
def test_mails_are_shown_and_forgotten_over_http(method: str, path: str, http: httpx.Client) -> None:
    environment = {"type": "prod", "advancedNetworking": {"portForwards": [RULE]}, "variables": CREDENTIALS}
    infrastructures = [{"kind": "flexiblePortEgress", "region": "va7"}]
    seed = {"programs": {"10001": {"region": "va7", "infrastructures": infrastructures, "environments": {"20001": environment}}}}
    http.put("/_sim/state", json=seed).raise_for_status()
    assert http.post("/_sim/send", json=MESSAGE).json()["delivered"]
    assert [mail["user"] for mail in http.get("/_sim/mails").json()] == ["apikey"]

    assert http.request(method, f"/_sim/{path}").status_code == 204

    assert http.get("/_sim/mails").json() == []


@pytest.mark.parametrize(
    ("vpn", "stage", "error"),
    [
        ({"dns": None}, "connect", "UnknownHostException: mail.corp.internal: public name servers"),
        ({"dns": {"resolvers": ["192.0.2.53"]}}, "connect", "does not route to its resolvers (192.0.2.53)"),
        ({"dns": {"resolvers": ["10.8.0.53"]}}, "done", ""),
        ({"dns": {"resolvers": ["10.8.0.53"]}, "knownNames": ["corp.example.com"]}, "connect", "they do not know it"),
        ({"dns": {"resolvers": ["10.8.0.53"]}, "knownNames": ["corp.internal"]}, "done", ""),
    ],
)
def test_a_name_behind_a_vpn_is_asked_of_its_resolvers_alone(vpn: dict[str, Any], stage: str, error: str) -> None:
    rule = {"name": "mail.corp.internal", "portDest": 465, "portOrig": 30465}
    environment = {"type": "prod", "advancedNetworking": {"nonProxyHosts": [], "portForwards": [rule]}, "variables": CREDENTIALS}
    program = {
        "region": "va7",
        "infrastructures": [{key: value for key, value in vpn_infrastructure(**vpn).items() if value is not None}],
        "environments": {"20001": environment},
    }
    server = {"host": "mail.corp.internal", "port": 465, "tls": "implicit", "users": {"apikey": "password123"}}
    mailing = Mailing({"programs": {"10001": program}, "smtp": [server]})

    try:
        sent = mailing.send()
    finally:
        mailing.sending.stop()

    assert sent["stage"] == stage
    assert error in (sent["error"] or "")
