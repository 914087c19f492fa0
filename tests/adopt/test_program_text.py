import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from aem_mail.adopt.adoption import Adoption, Choices, adopt
from aem_mail.adopt.program_text import program_text, variables_in_file
from aem_mail.adopt.steps import next_steps
from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import NetworkInfrastructure
from aem_mail.osgi.variables_file import parse_variables, variables_text
from tests import vpn
from tests.adopt.environments import CREDENTIALS, LDAP, SMTP, enabled, environments, live, secret, string
from tests.docs.markdown import README, REPOSITORY

CHOICES = st.builds(Choices, st.sampled_from((None, "managed", "existing")), st.none(), st.sampled_from((None, "noreply@wknd.site")))
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


def calls(text: str) -> list[tuple[str, str]]:
    """Return function and first argument of each call that has a text as such."""
    return [
        (node.func.id, node.args[0].value)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def test_where_configuration_says_everything_it_is_the_program_of_the_quick_start() -> None:
    docstring, _, program = program_text(adopt(live(), Choices())).partition("\n\n")

    assert docstring.startswith('"""')
    assert f"```python\n{program}```" in README.read_text(encoding="utf-8")


@given(environments, CHOICES)
def test_every_legal_environment_becomes_a_program_that_is_the_same_each_time(found: LiveEnvironment, choices: Choices) -> None:
    text = program_text(adopt(found, choices))

    compile(text, "__main__.py", "exec")
    shuffled = LiveEnvironment(found.environment, found.networking, found.variables[::-1], LiveProgram(found.program.infrastructures[::-1]))
    assert program_text(adopt(shuffled, choices)) == text


@given(environments, CHOICES)
def test_each_resource_is_declared_once_under_a_name_of_its_own(found: LiveEnvironment, choices: Choices) -> None:
    adoption = adopt(found, choices)

    declared = calls(program_text(adoption))

    expected = [(one.kind, one.name) for one in adoption.resources] + ([("MailEgress", "mail")] if adoption.mail else [])
    assert sorted(declared) == sorted([*expected, *_config_calls(declared)])
    assert len(set(expected)) == len(expected)


def _config_calls(declared: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [call for call in declared if call[0] == "variables_from_file"]


@given(environments)
def test_every_assigned_name_is_an_identifier_that_is_assigned_once(found: LiveEnvironment) -> None:
    tree = ast.parse(program_text(adopt(found, Choices("managed"))))

    assigned = [node.targets[0].id for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    assert len(assigned) == len(set(assigned))


@settings(max_examples=8)
@given(st.lists(st.builds(adopt, environments, CHOICES), min_size=6, max_size=6))
def test_the_formatter_leaves_it_alone_at_its_own_width_and_at_a_wider_one(adoptions: list[Adoption]) -> None:
    with TemporaryDirectory() as folder:
        for number, adoption in enumerate([*adoptions, EVERYTHING]):
            (Path(folder) / f"program_{number}.py").write_text(program_text(adoption))
        for width in ("88", "140"):
            command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--diff", "--line-length", width, folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr


def test_the_type_checker_accepts_it(tmp_path: Path) -> None:
    for name, text in (("everything", program_text(EVERYTHING)), ("from_file", program_text(EVERYTHING, "variables.yaml"))):
        (tmp_path / f"{name}.py").write_text(text)

    # With the project's own settings, so that its cache serves; mistakes elsewhere are for its own run of mypy to tell.
    command = [sys.executable, "-m", "mypy", *map(str, tmp_path.glob("*.py"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)

    assert done.returncode in (0, 1), done.stderr
    assert [line for line in done.stdout.splitlines() if tmp_path.name in line] == []


def test_a_plain_value_is_in_the_program_and_no_secret_is() -> None:
    text = program_text(EVERYTHING)

    assert '"footer"' in text
    assert 'value=secrets.get_secret("CRM_TOKEN"),' in text
    assert '"sharedKey": secrets.require_secret("shared-key-nld2"),' in text
    assert 'replace(mail_egress_args(), services=["author", "publish"])' in text


def test_each_connection_of_a_vpn_has_a_shared_key_of_its_own() -> None:
    primary = replace(VPN, id="30001", region="va7", is_primary_region=True)
    several = replace(VPN, connections=tuple({**VPN.connections[0], "name": name} for name in ("office", "branch")))
    adoption = adopt(live(infrastructures=(primary, several), type_="prod"), Choices())

    text = program_text(adoption)
    commands = [step.command for step in next_steps(adoption, "dev")]

    for number in (1, 2):
        assert text.count(f'secrets.require_secret("shared-key-nld2-{number}")') == 1
        assert f"pulumi config set --secret secrets:shared-key-nld2-{number}" in commands


@given(environments)
def test_variables_in_a_file_are_all_but_the_mails_and_in_adobes_format(found: LiveEnvironment) -> None:
    adoption = adopt(found, Choices())

    listed = variables_in_file(adoption)

    assert parse_variables(variables_text(listed)) == parse_variables(variables_text(listed, as_json=True)) == tuple(listed)
    declared = {kind for kind, _ in calls(program_text(adoption, "variables.yaml"))}
    assert declared & {"EnvVar", "SecretEnvVar"} == set()
    assert ("variables_from_file" in declared) == bool(listed)


def test_a_pair_of_secrets_for_all_services_needs_no_list_of_them() -> None:
    adoption = adopt(live(variables=(*CREDENTIALS, secret("EMAIL_PASSWORD", "author"))), Choices())

    assert adoption.mail is not None
    assert adoption.mail.own_services() is None
    assert [one.name for one in adoption.resources] == ["EMAIL_PASSWORD-author"]


def test_what_stands_beside_a_managed_mail_waits_for_the_mails_infrastructure() -> None:
    managed, existing = (
        program_text(adopt(live(enabled(SMTP, LDAP), CREDENTIALS), Choices(mode, from_address="noreply@wknd.site")))
        for mode in ("managed", "existing")
    )

    assert "depends_on=mail.network_infrastructure" in managed
    assert "depends_on" not in existing
