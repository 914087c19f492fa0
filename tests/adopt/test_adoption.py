from dataclasses import replace

import pytest
from hypothesis import given

from aem_mail.adopt.adoption import Adoption, Choices, adopt
from aem_mail.errors import InvalidInput
from aem_mail.kinds import normalise, problems
from aem_mail.live.model import LiveEnvironment
from aem_mail.model import AdvancedNetworking, NetworkInfrastructure, port_forward_of
from tests.adopt.environments import CREDENTIALS, DEDICATED, FLEXIBLE, LDAP, SMTP, enabled, environments, live, secret, string


def names(adoption: Adoption) -> list[str]:
    return [one.name for one in adoption.resources]


def left(adoption: Adoption) -> str:
    return "\n".join(map(str, adoption.left))


def notes(adoption: Adoption) -> str:
    return " ".join(adoption.notes)


def test_one_rule_and_both_secrets_are_one_mail_egress() -> None:
    adoption = adopt(live(), Choices(from_address="noreply@wknd.site"))

    assert adoption.mail is not None
    assert adoption.mail.settings(adoption.environment) == {
        "programId": "10001",
        "environmentId": "20001",
        "egress": {"mode": "existing", "kind": "flexiblePortEgress"},
        "smtp": {"host": "smtp.sendgrid.com", "port": 465, "portOrig": 30465},
        "fromAddress": "noreply@wknd.site",
        "onConflict": {"secretEnvVar": "keep"},
    }
    assert (names(adoption), adoption.left) == ([], ())


def test_the_production_environment_declares_the_infrastructure_unless_told_otherwise() -> None:
    prod = live(type_="prod")

    managed, existing = adopt(prod, Choices()), adopt(prod, Choices("existing"))

    assert managed.mail is not None
    assert managed.mail.egress == {"mode": "managed", "kind": "flexiblePortEgress", "region": "va7"}
    assert existing.mail is not None
    assert existing.mail.egress["mode"] == "existing"


def test_what_a_mail_egress_cannot_say_is_declared_beside_it() -> None:
    further = (secret("CRM_TOKEN"), string("MAIL_FOOTER", "bye", "author"))

    adoption = adopt(live(enabled(SMTP, LDAP, hosts=("*.Example.com",)), (*CREDENTIALS, *further), (DEDICATED,)), Choices())

    assert adoption.mail is not None
    assert adoption.mail.egress["non_proxy_hosts"] == ["*.example.com"]
    assert names(adoption) == ["port-forward-30636", "CRM_TOKEN", "MAIL_FOOTER-author"]


def test_without_both_secrets_everything_is_declared_singly_and_the_reason_is_told() -> None:
    adoption = adopt(live(variables=(string("EMAIL_USERNAME", "apikey"), secret("EMAIL_PASSWORD"))), Choices())

    assert adoption.mail is None
    assert names(adoption) == ["advanced-networking", "port-forward-30465", "EMAIL_PASSWORD", "EMAIL_USERNAME"]
    assert "EMAIL_USERNAME and EMAIL_PASSWORD are not both there as secrets" in notes(adoption)


def test_a_mail_egress_that_its_own_checks_would_refuse_is_not_made() -> None:
    adoption = adopt(live(enabled((30465, "smtp.corp.internal", 465))), Choices())

    assert adoption.mail is None
    assert "M20" in notes(adoption)
    assert "port-forward-30465" in names(adoption)


def test_several_infrastructures_are_declared_the_primary_one_by_the_mail_egress() -> None:
    publish = replace(FLEXIBLE, id="30002", region="aus5", is_primary_region=False)

    adoption = adopt(live(infrastructures=(publish, FLEXIBLE), type_="prod"), Choices())

    assert adoption.mail is not None
    assert adoption.mail.egress["region"] == "va7"
    assert names(adoption) == ["network-infrastructure-aus5"]


@pytest.mark.parametrize("status", ["failed", "error"])
def test_with_nothing_but_a_broken_infrastructure_only_variables_are_declared(status: str) -> None:
    adoption = adopt(live(infrastructures=(replace(FLEXIBLE, status=status, status_details="no room"),)), Choices())

    assert names(adoption) == ["EMAIL_PASSWORD", "EMAIL_USERNAME"]
    assert f"its status is {status} (no room)" in left(adoption)
    assert "port forward 30465" in left(adoption)


@pytest.mark.parametrize("infrastructures", [(), (replace(FLEXIBLE, status="deleted"),), (replace(FLEXIBLE, status="deleting"),)])
def test_without_infrastructure_as_in_a_sandbox_only_variables_are_declared(infrastructures: tuple[NetworkInfrastructure, ...]) -> None:
    adoption = adopt(live(AdvancedNetworking(enabled=False), CREDENTIALS, infrastructures), Choices())

    assert names(adoption) == ["EMAIL_PASSWORD", "EMAIL_USERNAME"]
    assert "sandbox" in notes(adoption)


def test_an_environment_that_is_not_enabled_stays_so() -> None:
    adoption = adopt(live(AdvancedNetworking(enabled=False)), Choices())

    assert names(adoption) == ["EMAIL_PASSWORD", "EMAIL_USERNAME"]
    assert "not enabled" in notes(adoption)


def test_a_fresh_environment_has_nothing_to_adopt() -> None:
    assert adopt(live(AdvancedNetworking(enabled=False), (), ()), Choices()).is_empty


@pytest.mark.parametrize(("status", "words"), [("updating", "Run this again"), ("hibernated", "wake it up")])
def test_an_environment_that_cannot_be_changed_now_is_told(status: str, words: str) -> None:
    assert words in notes(adopt(live(status=status), Choices()))


def test_what_a_declaration_would_change_or_the_rules_refuse_is_left() -> None:
    odd = enabled((30025, "SMTP.Example.com", 25), (31000, "smtp.example.com", 465), (30001, "", 1), (30002, "a.b", 1), (30002, "c.d", 1))

    adoption = adopt(live(odd, ()), Choices())

    assert names(adoption) == ["advanced-networking"]
    for words in ("would change its name to 'smtp.example.com'", "31000", "must be a host name", "there are 2 rules on that port"):
        assert words in left(adoption)


def test_rules_that_share_a_port_are_left_whatever_their_order() -> None:
    rules = [(30465, "smtp.b.example", 465), (30587, "smtp.sendgrid.net", 587), (30465, "smtp.a.example", 465)]

    first, second = (adopt(live(enabled(*order)), Choices()) for order in (rules, rules[::-1]))

    assert first == second
    sharing = "there are 2 rules on that port, 30465 → smtp.a.example:465 and 30465 → smtp.b.example:465"
    assert left(first).count(sharing) == 2
    assert first.mail is not None
    assert first.mail.rule.port_orig == 30587


def test_odd_hosts_are_left_all_together_and_none_is_declared() -> None:
    adoption = adopt(live(enabled(SMTP, hosts=("a.example.com", "example.*")), infrastructures=(DEDICATED,)), Choices())

    assert adoption.mail is not None
    assert "non_proxy_hosts" not in adoption.mail.egress
    assert "non-proxy hosts a.example.com, example.*" in left(adoption)


@pytest.mark.parametrize("status", ["deleting", "deleted", "failed", "deleted_failed"])
def test_a_variable_that_is_not_in_force_is_left_with_its_status(status: str) -> None:
    adoption = adopt(live(variables=(*CREDENTIALS, string("MAIL_FOOTER", "bye", status=status))), Choices())

    assert f"variable MAIL_FOOTER (all services): its status is {status}" in left(adoption)


@pytest.mark.parametrize("name", ["DB_PASSWORD", "DB_PWD", "SMTP_PASS", "EMAIL_PASS", "SENDGRID_KEY", "crmToken"])
def test_a_plain_variable_that_is_called_a_secret_is_left_without_its_value(name: str) -> None:
    adoption = adopt(live(variables=(string(name, "hunter2"),)), Choices())

    assert name in left(adoption)
    assert "hunter2" not in left(adoption) + notes(adoption)


@pytest.mark.parametrize("name", ["INTERNAL_FLAG", "AEM_PROXY_HOST"])
def test_a_name_that_the_platform_keeps_is_left(name: str) -> None:
    assert f"variable {name}" in left(adopt(live(variables=(string(name, "x"),)), Choices()))


def test_a_vpn_that_cannot_be_declared_is_used_all_the_same() -> None:
    vpn = NetworkInfrastructure("30001", "vpn", "va7", "ready", address_space=("10.0.0.0/26",), connections=({"name": "office"},))

    adoption = adopt(live(infrastructures=(vpn,), type_="prod"), Choices())

    assert adoption.mail is not None
    assert adoption.mail.egress == {"mode": "existing", "kind": "vpn"}
    assert "gateway: is missing" in left(adoption)


def test_a_port_that_the_user_names_and_that_has_no_rule_is_refused() -> None:
    with pytest.raises(InvalidInput, match="30999"):
        adopt(live(), Choices(smtp_port_orig=30999))


@given(environments)
def test_everything_live_is_declared_or_left_and_what_is_declared_passes_the_rules(found: LiveEnvironment) -> None:
    adoption = adopt(found, Choices())

    usable = any(one.status in ("ready", "creating", "updating") for one in found.program.infrastructures)
    ids = {"program_id": found.environment.program_id, "environment_id": found.environment.id}
    for one in adoption.resources:
        policy = {"on_conflict": "keep"} if one.kind == "SecretEnvVar" else {}
        if one.kind != "NetworkInfrastructure":
            assert problems(one.kind, normalise(one.kind, {**ids, **one.arguments, **policy})) == []
    of_mail = adoption.mail.resource_names() if adoption.mail is not None else frozenset()
    number = len({*names(adoption), *of_mail} - {"advanced-networking"}) + sum(
        one.what.startswith(("port", "var")) for one in adoption.left
    )
    infrastructures = sum(one.kind == "NetworkInfrastructure" for one in adoption.resources)
    assert number - infrastructures == len(found.variables) + len(found.networking.port_forwards)
    assert usable or all(one.kind in ("EnvVar", "SecretEnvVar") for one in adoption.resources)


@given(environments)
def test_a_rule_that_is_declared_is_the_rule_that_is_there(found: LiveEnvironment) -> None:
    live_rules = {rule.port_orig: rule for rule in map(port_forward_of, found.networking.port_forwards)}

    for one in adopt(found, Choices()).resources:
        if one.kind == "PortForward":
            rule = live_rules[one.arguments["port_orig"]]
            assert (rule.name, rule.port_dest) == (one.arguments["name"], one.arguments["port_dest"])
