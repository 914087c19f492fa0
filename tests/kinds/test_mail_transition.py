from typing import Any

import pytest

from aem_mail.kinds import warnings
from aem_mail.kinds.mail_transition import Transition, rule_transition, secret_transition
from aem_mail.model import UNKNOWN

from .test_mail_egress import EGRESS

RULE: dict[str, Any] = {"program_id": "1", "environment_id": "2", "name": "smtp.example.com", "port_dest": 465, "port_orig": 30465}
OTHER: dict[str, Any] = {**RULE, "port_dest": 587, "port_orig": 30587}
SECRET: dict[str, Any] = {"program_id": "1", "environment_id": "2", "name": "EMAIL_USERNAME"}
NOT_AWAITED: dict[str, Any] = {"awaited": False, "ports": [], "secrets": []}


def of_rule(recorded: dict[str, Any], wanted: dict[str, Any], **told: Any) -> Transition:
    return rule_transition(recorded, {**wanted, "transition": {**NOT_AWAITED, **told}})


def test_a_rule_on_another_port_says_which_one_is_in_use_and_how_to_keep_it() -> None:
    (warning,) = of_rule(RULE, OTHER).warnings

    assert str(warning) == (
        "AEM sends to port 30465 of its proxy until a configuration with smtp.port 30587 is deployed, and the rule on 30465 goes at the "
        "end of this run: mail stops in between. Keep it with smtp.former (host smtp.example.com, port 465, port_orig 30465), deploy the "
        "new configuration, and then remove smtp.former"
    )


@pytest.mark.parametrize(
    ("told", "note"),
    [
        ({"ports": [30465]}, "the rule on 30465 stays as smtp.former says; deploy a configuration with smtp.port 30587, and then remove"),
        ({"awaited": True}, "the rule on 30465 stays until the pipeline of this run has deployed a configuration with smtp.port 30587."),
    ],
)
def test_a_former_rule_that_is_kept_is_no_reason_to_warn(told: dict[str, Any], note: str) -> None:
    found = of_rule(RULE, OTHER, **told)

    assert found.warnings == ()
    assert found.notes[0].startswith(note)


@pytest.mark.parametrize(("before", "after", "warns"), [(465, 587, True), (587, 465, True), (587, 2525, False), (465, 465, False)])
def test_a_port_that_leads_to_another_kind_of_tls_is_warned_of(before: int, after: int, warns: bool) -> None:
    found = of_rule({**RULE, "port_dest": before}, {**RULE, "port_dest": after}, awaited=True)

    assert [str(warning).partition(",")[0] for warning in found.warnings] == (
        [f"the deployed configuration begins TLS as port {before} wants it"] if warns else []
    )


@pytest.mark.parametrize(
    ("recorded", "wanted"),
    [
        ({}, OTHER),
        ({**RULE, "environment_id": "3"}, OTHER),
        (RULE, {**OTHER, "port_orig": UNKNOWN}),
        (RULE, {**RULE, "name": "other.example"}),
    ],
)
def test_what_is_new_elsewhere_unknown_or_needs_no_deployment_is_not_spoken_of(recorded: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert of_rule(recorded, wanted) == Transition()


def test_a_rule_that_is_no_part_of_a_mail_egress_is_not_spoken_of() -> None:
    assert rule_transition(RULE, OTHER) == Transition()


def test_another_name_of_a_secret_is_warned_of_as_another_port_is() -> None:
    def of_secret(**told: Any) -> Transition:
        return secret_transition(SECRET, {**SECRET, "name": "SMTP_USER", "transition": {**NOT_AWAITED, **told}})

    (warning,) = of_secret().warnings
    assert str(warning).startswith("AEM reads EMAIL_USERNAME until a configuration with SMTP_USER is deployed, and EMAIL_USERNAME goes")
    assert of_secret(secrets=["EMAIL_USERNAME"]).notes
    assert of_secret(awaited=True).notes
    assert secret_transition(SECRET, {**SECRET, "transition": NOT_AWAITED}) == Transition()


@pytest.mark.parametrize(("former", "count"), [({"host": "smtp.example.com"}, 1), ({"host": "smtp.sendgrid.com"}, 0)])
def test_a_former_server_that_would_get_the_users_of_the_new_one_is_warned_of(former: dict[str, Any], count: int) -> None:
    smtp = {**EGRESS["smtp"], "former": {"port": 587, **former}}

    found = [one for one in warnings("MailEgress", {**EGRESS, "smtp": smtp}) if one.field == "smtp.former.host"]

    assert len(found) == count
    with_secrets = {**smtp, "former": {**smtp["former"], "secrets": ["FORMER_USER"]}}
    assert not [one for one in warnings("MailEgress", {**EGRESS, "smtp": with_secrets}) if one.field == "smtp.former.host"]
