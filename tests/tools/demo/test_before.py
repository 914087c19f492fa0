from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pytest

from aem_mail.simulator.state.seed import default_seed
from aem_mail.simulator.state.state_json import state_from_json, state_json
from tools.demo import before
from tools.demo.declared import Declared, declared
from tools.demo.errors import NotAsTold

OURS = Declared(
    program="10001",
    environment="20001",
    egress={"mode": "managed", "kind": "flexiblePortEgress", "region": "va7"},
    host="smtp.sendgrid.com",
    port=465,
    port_orig=30002,
    from_address="noreply@wknd.site",
    osgi_directory=PurePosixPath("osgiconfig"),
    username_variable="EMAIL_USERNAME",
    password_variable="EMAIL_PASSWORD",
)


@pytest.fixture
def state() -> dict[str, Any]:
    return before.with_somebody_else(state_json(default_seed()), OURS, "made-up-password")


def test_somebody_else_has_a_rule_and_a_variable_and_we_have_none(state: dict[str, Any]) -> None:
    assert before.rules_of(state, OURS) == ["AEM_PROXY_HOST:30465 -> smtp.example.com:465"]
    assert before.variables_of(state, OURS) == ["SEARCH_COLLECTION (string)"]


def test_somebody_else_s_rule_is_never_on_our_port() -> None:
    ours = replace(OURS, port_orig=30465)

    state = before.with_somebody_else(state_json(default_seed()), ours, "made-up-password")

    assert before.rules_of(state, ours) == ["AEM_PROXY_HOST:30587 -> smtp.example.com:587"]


def test_the_simulator_takes_the_state(state: dict[str, Any]) -> None:
    taken, _ = state_from_json(state, smtp=(), held={})

    assert taken.programs["10001"].infrastructures[0].kind == "flexiblePortEgress"


def test_every_mail_server_keeps_its_users_and_gets_the_password(state: dict[str, Any]) -> None:
    assert [server["users"] for server in state["smtp"]] == [{"apikey": "made-up-password"}] * len(default_seed().smtp)


def test_the_given_state_is_left_alone() -> None:
    seed = state_json(default_seed())

    before.with_somebody_else(seed, OURS, "made-up-password")

    assert seed == state_json(default_seed())


def test_user_and_other_port_come_from_the_declared_mail_server(state: dict[str, Any]) -> None:
    assert before.user_of(state, OURS) == "apikey"
    assert before.other_port_of(state, OURS) == 587


def test_a_mail_server_that_is_not_there_is_named(state: dict[str, Any]) -> None:
    state["smtp"] = []

    with pytest.raises(NotAsTold, match=r"no mail server smtp\.sendgrid\.com:465"):
        before.user_of(state, OURS)


CONFIG: dict[str, Any] = {
    "aem-mail:programId": {"value": "10001"},
    "aem-mail:environmentId": {"value": "20001"},
    "aem-mail:egress": {"value": "…", "objectValue": dict(OURS.egress)},
    "aem-mail:smtp": {"value": "…", "objectValue": {"host": "smtp.sendgrid.com", "port": 465, "portOrig": 30002}},
    "aem-mail:osgi": {"value": "…", "objectValue": {"directory": "osgiconfig"}},
    "aem-mail:fromAddress": {"value": "noreply@wknd.site"},
    "aem-mail:usernameFrom": {"value": "env:EMAIL_USERNAME"},
    "aem-mail:passwordFrom": {"value": "env:EMAIL_PASSWORD"},
}


def test_the_stack_s_configuration_is_read_as_pulumi_prints_it() -> None:
    assert declared(CONFIG) == OURS


def test_the_origin_port_has_the_product_s_default() -> None:
    config = CONFIG | {"aem-mail:smtp": {"value": "…", "objectValue": {"host": "smtp.sendgrid.com", "port": 465}}}

    assert declared(config).port_orig == 30465


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(NotAsTold, match="aem-mail:fromAddress"):
        declared({key: value for key, value in CONFIG.items() if key != "aem-mail:fromAddress"})


def test_a_reference_to_a_file_is_refused_since_the_demo_writes_none() -> None:
    with pytest.raises(NotAsTold, match="file:password"):
        declared(CONFIG | {"aem-mail:passwordFrom": {"value": "file:password"}})
