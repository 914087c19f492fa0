from dataclasses import replace
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from aem_mail import settings
from aem_mail.adopt.adoption import Adoption, Choices, adopt
from aem_mail.adopt.stack_settings import settings_of, variables_of
from aem_mail.adopt.stack_text import loss_of_stack, stack_text
from aem_mail.adopt.steps import next_steps
from aem_mail.kinds import kind_named, normalise
from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import NetworkInfrastructure
from aem_mail.osgi.variables_file import parse_variables, variables_text
from tests import vpn
from tests.adopt.environments import CREDENTIALS, LDAP, SMTP, enabled, environments, live, secret, string

CHOICES = st.builds(Choices, st.sampled_from((None, "managed", "existing")), st.none(), st.just("noreply@wknd.site"))
VPN = NetworkInfrastructure(
    "30002",
    "vpn",
    "nld2",
    "ready",
    address_space=(vpn.ADDRESS_SPACE,),
    dns=vpn.DNS,
    connections=({**vpn.connection(key=None), "status": "connected"},),
)
EVERYTHING = adopt(
    live(
        enabled(SMTP, LDAP, hosts=("*.example.com",)),
        (
            *(secret(name, service) for service in ("author", "publish") for name in ("EMAIL_USERNAME", "EMAIL_PASSWORD")),
            secret("CRM_TOKEN"),
            string("MAIL_FOOTER", 'it\'s a "footer"\n' + "x" * 90, "preview"),
        ),
        (NetworkInfrastructure("30001", "vpn", "va7", "ready", True, VPN.address_space, VPN.dns, VPN.connections), VPN),
        type_="prod",
    ),
    Choices(from_address="noreply@wknd.site"),
)


def with_shared_keys(value: Any) -> Any:
    """Return configuration in which each connection of a VPN has the key that is set later."""
    if isinstance(value, dict):
        keyed = [{**one, "sharedKey": "set-later"} for one in value.get("connections", ())]
        return {name: keyed if name == "connections" else with_shared_keys(item) for name, item in value.items()}
    return list(map(with_shared_keys, value)) if isinstance(value, list) else value


def read(adoption: Adoption, variables_file: str | None = None) -> settings.EnvironmentSettings:
    """Return what a program reads from the stack's file, once the shared keys are set."""
    text = stack_text(settings_of(adoption, variables_file))
    return settings.environment_settings(settings.namespaced(with_shared_keys(yaml.safe_load(text)["config"])), lambda _: True)


def declared(adoption: Adoption) -> list[tuple[str, dict[str, Any]]]:
    """Return kind and inputs of each thing that an adoption declares besides its mail, in one order."""
    ids = {"program_id": adoption.environment.program_id, "environment_id": adoption.environment.environment_id}
    found = [(one.kind, {**ids, **one.arguments}) for one in adoption.resources]
    return in_order([(kind, normalise(kind, one)) for kind, one in found])


def configured(found: settings.EnvironmentSettings) -> list[tuple[str, dict[str, Any]]]:
    """Return the same of what a program reads: entries one by one, and no policy or value that is given later."""
    ids = {"program_id": found.program_id, "environment_id": found.environment_id}
    singles = []
    for one in found.beside:
        kind, normal = kind_named(one.kind), normalise(one.kind, {**ids, **one.arguments})
        entries = [(entry.kind.name, dict(entry.properties)) for entry in kind.entries(normal)]
        singles += entries or [(kind.name, normal)]
    return in_order([(kind, without_what_is_later(one)) for kind, one in singles])


def in_order(found: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    return sorted(((kind, without_what_is_later(one)) for kind, one in found), key=repr)


def without_what_is_later(properties: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in properties.items() if name != "on_conflict"}
    connections = [{name: value for name, value in one.items() if name != "sharedKey"} for one in kept.get("connections", ())]
    return dict(sorted({**kept, "connections": connections}.items()))


@given(environments, CHOICES)
def test_every_legal_environment_becomes_a_configuration_that_declares_all_of_it(found: LiveEnvironment, choices: Choices) -> None:
    adoption = adopt(found, choices)
    if adoption.is_empty:
        return

    there = read(adoption)

    assert (there.program_id, there.environment_id) == (adoption.environment.program_id, adoption.environment.environment_id)
    assert (there.mail is None) == (adoption.mail is None)
    assert configured(there) == declared(adoption)


@given(environments, CHOICES)
def test_it_is_the_same_each_time_and_nothing_of_it_is_lost_the_second_time(found: LiveEnvironment, choices: Choices) -> None:
    adoption = adopt(found, choices)
    shuffled = LiveEnvironment(found.environment, found.networking, found.variables[::-1], LiveProgram(found.program.infrastructures[::-1]))
    text = stack_text(settings_of(adoption))

    assert stack_text(settings_of(adopt(shuffled, choices))) == text
    assert stack_text(settings_of(adoption), text) == text
    assert loss_of_stack(settings_of(adoption), text, ()) == ""


@given(environments)
def test_variables_in_a_file_are_all_but_the_mails_and_in_adobes_format(found: LiveEnvironment) -> None:
    adoption = adopt(found, Choices(from_address="noreply@wknd.site"))

    listed = variables_of(adoption)

    assert parse_variables(variables_text(listed)) == parse_variables(variables_text(listed, as_json=True)) == tuple(listed)
    written = settings_of(adoption, "variables.yaml")
    assert "variables" not in written
    assert ("variablesFile" in written) == bool(listed)


def test_a_plain_value_is_in_it_and_no_secret_is() -> None:
    written = settings_of(EVERYTHING)

    assert '"footer"' in written["variables"]["MAIL_FOOTER@preview"]
    assert written["variables"]["CRM_TOKEN"] == {"type": "secretString"}
    assert written["services"] == ["author", "publish"]
    assert "sharedKey" not in str(written)
    secrets = read(EVERYTHING).beside[-1].arguments["secrets"]
    assert secrets == {"CRM_TOKEN": {"on_conflict": "keep"}}


def test_each_connection_of_a_vpn_has_a_shared_key_of_its_own() -> None:
    primary = replace(VPN, id="30001", region="va7", is_primary_region=True)
    several = replace(VPN, connections=tuple({**VPN.connections[0], "name": name} for name in ("office", "branch")))
    adoption = adopt(live(infrastructures=(primary, several), type_="prod"), Choices())

    commands = [step.command for step in next_steps(adoption, "dev")]

    assert "pulumi config set --path --secret 'aem-mail:egress.connections[0].sharedKey'" in commands
    for place in (0, 1):
        assert f"pulumi config set --path --secret 'aem-mail:networkInfrastructures[0].connections[{place}].sharedKey'" in commands


def test_a_pair_of_secrets_for_all_services_needs_no_list_of_them() -> None:
    adoption = adopt(live(variables=(*CREDENTIALS, secret("EMAIL_PASSWORD", "author"))), Choices())

    assert adoption.mail is not None
    assert "services" not in settings_of(adoption)
    assert [one.name for one in adoption.resources] == ["EMAIL_PASSWORD-author"]
