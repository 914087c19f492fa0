import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from aem_mail.cli.main import main
from aem_mail.simulator.server import Running
from tests import loopback
from tests.checks.situations import MAIL_FILE, mail_file, write

IDS = ("--program", "10001", "--environment", "20001")
RULE = {"name": "smtp.sendgrid.com", "portDest": 465, "portOrig": 30465}
CREDENTIALS = [{"name": name, "type": "secretString", "value": "password123"} for name in ("EMAIL_USERNAME", "EMAIL_PASSWORD")]
PROGRAM = 'MailEgress("mail", mail_egress_args())\n'
CRM = {"name": "CRM_TOKEN", "type": "secretString", "value": "token-of-the-crm"}
SECOND = ("--program", "10001", "--environment", "20002")
LDAP = {"name": "ldap.example.com", "portDest": 636, "portOrig": 30636}
FOOTER = {"name": "MAIL_FOOTER", "type": "string", "value": "bye"}


@pytest.fixture
def simulator(fresh_simulator: Running) -> Running:
    return fresh_simulator


@pytest.fixture
def project(simulator: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, the current one, beside an environment that can send mail."""
    set_environment(simulator, variables=CREDENTIALS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def set_environment(simulator: Running, *, rules: tuple[dict[str, Any], ...] = (RULE,), variables: list[dict[str, Any]]) -> None:
    state = simulator.state()
    program = state["programs"]["10001"]
    program["infrastructures"] = [{"id": "30001", "kind": "flexiblePortEgress", "region": "va7", "status": "ready"}]
    networking = {"nonProxyHosts": [], "portForwards": list(rules)}
    program["environments"]["20001"] |= {"advancedNetworking": networking, "variables": variables}
    loopback.put(f"{simulator.url}/_sim/state", json=state).raise_for_status()


def set_second_environment(simulator: Running, **more: Any) -> None:
    """Give the environment 20002, a stage, the mail's rule and secrets too."""
    state = simulator.state()
    networking = {"nonProxyHosts": [], "portForwards": [RULE]}
    state["programs"]["10001"]["environments"]["20002"] |= {"advancedNetworking": networking, "variables": CREDENTIALS, **more}
    loopback.put(f"{simulator.url}/_sim/state", json=state).raise_for_status()


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_new_project_is_written_for_its_owner_alone_and_the_next_steps_are_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["adopt", *IDS, "--from-address", "noreply@wknd.site"]) == 0

    told = capsys.readouterr().out
    assert sorted(files(project)) == ["Pulumi.dev.yaml", "Pulumi.yaml", "__main__.py"]
    assert yaml.safe_load((project / "Pulumi.dev.yaml").read_text())["config"]["aem-mail:fromAddress"] == "noreply@wknd.site"
    assert {stat.S_IMODE((project / name).stat().st_mode) for name in files(project)} == {0o600}
    assert told.index("`pulumi stack init dev`") < told.index("`pulumi up`") < told.index("passwordFrom")
    assert "30465 → smtp.sendgrid.com:465 is taken for the mail's rule" in told


@pytest.mark.parametrize(("folder", "name"), [("WKND mail (dev)", "WKND-mail-dev"), ("10001", "10001"), ("ä", "aem-mail")])
def test_a_new_project_has_the_folders_name_so_that_stacks_of_two_folders_share_no_state(project: Path, folder: str, name: str) -> None:
    assert main(["adopt", *IDS, "--output-directory", folder]) == 0

    assert yaml.safe_load((project / folder / "Pulumi.yaml").read_text())["name"] == name


def test_a_new_project_runs_in_the_environment_of_this_package(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.defpath)

    assert main(["adopt", *IDS]) == 0

    assert yaml.safe_load((project / "Pulumi.yaml").read_text())["runtime"]["options"] == {"virtualenv": sys.prefix}


def test_it_asks_four_questions_and_changes_nothing(project: Path, simulator: Running) -> None:
    main(["adopt", *IDS])

    asked = [(entry["method"], entry["path"].rpartition("/")[2]) for entry in simulator.journal() if entry["path"].startswith("/api")]
    assert sorted(asked) == [("GET", "20001"), ("GET", "advancedNetworking"), ("GET", "networkInfrastructures"), ("GET", "variables")]


def test_files_that_are_there_are_all_named_and_none_is_written_unless_forced(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "Pulumi.dev.yaml").write_text("encryptionsalt: v1:abc\n")
    before = files(project)

    assert main(["adopt", *IDS]) == 3

    assert files(project) == before
    assert "Pulumi.dev.yaml: is there already" in capsys.readouterr().err
    assert main(["adopt", *IDS, "--force"]) == 0
    assert yaml.safe_load((project / "Pulumi.dev.yaml").read_text())["encryptionsalt"] == "v1:abc"


def test_a_second_run_finds_everything_as_it_is(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["adopt", *IDS])
    before = files(project)
    capsys.readouterr()

    assert main(["adopt", *IDS, "--output", "json"]) == 0

    assert files(project) == before
    document = json.loads(capsys.readouterr().out)
    assert [one["written"] for one in document["files"]] == [False]


def test_the_stacks_file_goes_where_the_project_keeps_them(project: Path) -> None:
    (project / "Pulumi.yaml").write_text("name: ours\nruntime: python\nstackConfigDir: stacks\n")
    (project / "__main__.py").write_text(PROGRAM)

    assert main(["adopt", *IDS, "--stack", "wknd-dev"]) == 0

    assert sorted(files(project)) == ["Pulumi.yaml", "__main__.py", "stacks/Pulumi.wknd-dev.yaml"]


def test_a_project_that_calls_its_files_yml_gets_another_one_of_that_name_and_no_second_project(project: Path, simulator: Running) -> None:
    set_second_environment(simulator)
    (project / "Pulumi.yml").write_text("name: ours\nruntime: python\n")

    assert [main(["adopt", *IDS]), main(["adopt", *SECOND])] == [0, 0]

    assert sorted(files(project)) == ["Pulumi.dev.yml", "Pulumi.stage.yml", "Pulumi.yml", "__main__.py"]


def test_a_program_that_reads_no_configuration_would_have_to_change(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "Pulumi.yaml").write_text("name: ours\nruntime: {name: python}\nmain: source\n")
    (project / "source").mkdir()
    (project / "source" / "__main__.py").write_text("print()\n")

    assert main(["adopt", *IDS]) == 3

    assert "source/__main__.py: is there already" in capsys.readouterr().err


@pytest.mark.parametrize("options", [(), ("--variables-file", "stage.yaml")])
@pytest.mark.parametrize("further", [[], [FOOTER, CRM]], ids=["a mail alone", "more than a mail"])
def test_a_second_environment_writes_no_more_than_its_stacks_file(
    project: Path, simulator: Running, further: list[dict[str, Any]], options: tuple[str, ...]
) -> None:
    set_environment(simulator, rules=(RULE, LDAP), variables=[*CREDENTIALS, CRM])
    set_second_environment(simulator, variables=[*CREDENTIALS, *further])
    assert main(["adopt", *IDS]) == 0
    before = files(project)

    assert main(["adopt", *SECOND, *options]) == 0

    after = files(project)
    new = {"Pulumi.stage.yaml", *(["stage.yaml"] if options and further else [])}
    assert (set(after) - set(before), {name: after[name] for name in before}) == (new, before)
    config = yaml.safe_load(after["Pulumi.stage.yaml"])["config"]
    assert (config["aem-mail:environmentId"], "aem-mail:portForwards" in config) == ("20002", False)
    assert ("aem-mail:variables" in config) == bool(further and not options)


@pytest.mark.parametrize("service", [None, "author"])
def test_a_mail_of_one_service_is_said_by_configuration(project: Path, simulator: Running, service: str | None) -> None:
    set_environment(simulator, variables=[{**one, **({} if service is None else {"service": service})} for one in CREDENTIALS])

    assert main(["adopt", *IDS]) == 0

    config = yaml.safe_load(files(project)["Pulumi.dev.yaml"])["config"]
    assert config.get("aem-mail:services") == (None if service is None else [service])


def test_an_environment_without_mail_is_configuration_too(project: Path, simulator: Running) -> None:
    set_environment(simulator, rules=(LDAP,), variables=[FOOTER, CRM])

    assert main(["adopt", *IDS]) == 0

    config = yaml.safe_load(files(project)["Pulumi.dev.yaml"])["config"]
    assert {key.removeprefix("aem-mail:"): value for key, value in config.items()} == {
        "programId": "10001",
        "environmentId": "20001",
        "advancedNetworking": {"infrastructureKind": "flexiblePortEgress"},
        "portForwards": {"30636": "ldap.example.com:636"},
        "variables": {"CRM_TOKEN": {"type": "secretString"}, "MAIL_FOOTER": "bye"},
    }


@pytest.mark.parametrize(("name", "code"), [("Pulumi.yml", 0), ("Pulumi.json", 3)])
def test_a_project_whose_file_has_another_name_is_not_hidden_by_a_new_one(project: Path, name: str, code: int) -> None:
    (project / name).write_text('{"name": "ours", "runtime": "python", "main": "source"}')

    assert main(["adopt", *IDS, "--force"]) == code

    assert [one for one in files(project) if one.startswith("Pulumi.") and "dev" not in one] == [name]


def test_two_environments_that_configuration_describes_share_a_program(project: Path, simulator: Running) -> None:
    set_second_environment(simulator)

    assert [main(["adopt", *IDS]), main(["adopt", *SECOND])] == [0, 0]

    assert sorted(files(project)) == ["Pulumi.dev.yaml", "Pulumi.stage.yaml", "Pulumi.yaml", "__main__.py"]


def test_a_stacks_configuration_is_never_made_that_of_another_environment(
    project: Path, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    set_second_environment(simulator)
    assert main(["adopt", *IDS]) == 0
    before = files(project)

    assert main(["adopt", *SECOND, "--stack", "dev", "--force"]) == 3

    assert files(project) == before
    assert "Pulumi.dev.yaml: is there already, and is not overwritten: it is the configuration of another" in capsys.readouterr().err


def test_a_stacks_file_is_continued_when_forced_and_keeps_its_comments(project: Path, simulator: Running) -> None:
    set_environment(simulator, variables=[*CREDENTIALS, FOOTER])
    assert main(["adopt", *IDS]) == 0
    stack = project / "Pulumi.dev.yaml"
    stack.write_text("# Ours.\n" + stack.read_text().replace("MAIL_FOOTER: bye", "MAIL_FOOTER: bye # of the newsletter\n    MAIL_OURS: x"))
    there = stack.read_text()
    set_environment(simulator, rules=(RULE, LDAP), variables=[*CREDENTIALS, FOOTER])

    assert main(["adopt", *IDS]) == 3
    assert main(["adopt", *IDS, "--force"]) == 0

    assert stack.read_text() == f'{there}  aem-mail:portForwards:\n    "30636": ldap.example.com:636\n'


def test_what_a_stacks_file_declares_otherwise_than_it_is_live_is_named_and_kept(
    project: Path, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    set_environment(simulator, rules=(RULE, LDAP), variables=[*CREDENTIALS, FOOTER, CRM])
    assert main(["adopt", *IDS]) == 0
    set_environment(
        simulator, rules=(RULE, LDAP | {"name": "other.example.com"}), variables=[*CREDENTIALS, FOOTER | {"value": "ciao"}, CRM]
    )
    before = files(project)

    assert main(["adopt", *IDS, "--force"]) == 3

    told = capsys.readouterr().err
    assert files(project) == before
    assert "it declares what is not so in the environment (aem-mail:portForwards.30636, aem-mail:variables.MAIL_FOOTER)" in told
    assert "ciao" not in told


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("print()\n", "it does not take what it declares from the stack's configuration"),
        (PROGRAM, "it takes no more than its MailEgress from the stack's configuration (mail_egress_args)"),
        (f"# ours\n{PROGRAM}", "it takes no more than its MailEgress from the stack's configuration (mail_egress_args)"),
    ],
)
def test_a_program_that_somebody_wrote_is_never_overwritten(
    project: Path, simulator: Running, capsys: pytest.CaptureFixture[str], program: str, words: str
) -> None:
    (project / "__main__.py").write_text(program)
    set_environment(simulator, rules=(RULE, LDAP), variables=[*CREDENTIALS, FOOTER])
    before = files(project)

    assert main(["adopt", *IDS, "--force"]) == 3

    assert files(project) == before
    told = capsys.readouterr().err
    assert f"{words}; have it call declare_environment() of aem_mail.program, or name another folder with --output-directory" in told


def test_a_program_that_somebody_wrote_serves_where_it_declares_what_the_configuration_says(project: Path, simulator: Running) -> None:
    program = "# ours\nfrom aem_mail import program\nenvironment = program.declare_environment()\n"
    (project / "__main__.py").write_text(program)
    set_environment(simulator, rules=(RULE, LDAP), variables=[*CREDENTIALS, FOOTER])

    assert main(["adopt", *IDS]) == 0

    assert files(project)["__main__.py"] == program


def test_more_configuration_than_a_program_can_get_needs_a_file_of_variables(
    project: Path, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    many = [{"name": f"MAIL_{number}", "type": "string", "value": "x" * 2048} for number in range(60)]
    set_environment(simulator, variables=[*CREDENTIALS, *many])

    assert main(["adopt", *IDS]) == 3
    assert "--variables-file: is needed: with the variables in it, the configuration would have 12" in capsys.readouterr().err
    assert main(["adopt", *IDS, "--variables-file", "variables.yaml"]) == 0


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ("- name: CRM_TOKEN\n  type: secretString\n  value: hunter2hunter2\n", "SecretEnvVar CRM_TOKEN"),
        ("- name: MAIL_GONE\n  type: string\n  value: x\n", "EnvVar MAIL_GONE"),
        ("# ours\n- name: CRM_TOKEN\n  type: secretString\n", "something of it would be lost"),
        ("not a list", "no file of variables"),
    ],
)
def test_a_file_of_variables_is_not_overwritten_where_something_of_it_would_be_lost(
    project: Path, simulator: Running, capsys: pytest.CaptureFixture[str], there: str, words: str
) -> None:
    set_environment(simulator, variables=[*CREDENTIALS, CRM])
    (project / "variables.yaml").write_text(there)

    assert main(["adopt", *IDS, "--variables-file", "variables.yaml", "--force"]) == 3

    told = capsys.readouterr().err
    assert words in told
    assert "hunter2" not in told
    assert files(project) == {"variables.yaml": there}


def test_variables_that_are_declared_in_a_file_are_not_declared_again_in_the_stacks_configuration(
    project: Path, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    set_environment(simulator, variables=[*CREDENTIALS, FOOTER, CRM])
    assert main(["adopt", *IDS, "--variables-file", "variables.yaml"]) == 0

    assert main(["adopt", *IDS, "--force"]) == 3

    assert "it declares what is not so in the environment (aem-mail:variablesFile)" in capsys.readouterr().err
    assert main(["adopt", *IDS, "--variables-file", "variables.yaml"]) == 0


def test_the_value_of_a_plain_variable_that_looks_like_a_secret_is_in_no_file_and_no_report(
    project: Path, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("CRM_API_KEY", "SMTP_PASS", "EMAIL_PASS", "SENDGRID_KEY", "dbPwd", "MAIL_PW")
    plain = [{"name": name, "type": "string", "value": "hunter2hunter2"} for name in names]
    by_value = {"name": "MAIL_RELAY", "type": "string", "value": "smtps://apikey:hunter2hunter2@smtp.example.com"}
    set_environment(simulator, variables=[*CREDENTIALS, FOOTER, *plain, by_value])

    for form, options in (("text", ()), ("json", ("--variables-file", "variables.json")), ("markdown", ("--variables-file", "v.yaml"))):
        assert main(["adopt", *IDS, *options, "--output", form, "--output-directory", form]) == 0

    told = capsys.readouterr()
    written = "".join(files(project).values())
    assert "hunter2" not in written + told.out + told.err
    assert all(f"drift:unmanaged:EnvVar:10001/20001/all/{name}" in written for name in (*names, "MAIL_RELAY"))
    assert "MAIL_FOOTER" in files(project)["text/Pulumi.dev.yaml"]


def test_further_variables_go_into_the_configuration_or_into_a_file_of_adobes_format(
    project: Path, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    set_environment(simulator, variables=[*CREDENTIALS, FOOTER, CRM])

    main(["adopt", *IDS, "--output-directory", "in-stack"])
    main(["adopt", *IDS, "--output-directory", "in-file", "--variables-file", "variables.yaml"])

    in_stack, in_file = (yaml.safe_load((project / each / "Pulumi.dev.yaml").read_text())["config"] for each in ("in-stack", "in-file"))
    assert in_stack["aem-mail:variables"] == {"CRM_TOKEN": {"type": "secretString"}, "MAIL_FOOTER": "bye"}
    assert (in_file["aem-mail:variablesFile"], "aem-mail:variables" in in_file) == ("variables.yaml", False)
    assert yaml.safe_load((project / "in-file" / "variables.yaml").read_text()) == [{"name": "CRM_TOKEN", "type": "secretString"}, FOOTER]
    assert "`pulumi config set --secret secrets:CRM_TOKEN`" in capsys.readouterr().out


def test_the_aem_project_tells_the_rule_and_the_sender(project: Path, simulator: Running, capsys: pytest.CaptureFixture[str]) -> None:
    own = {"name": "mail.example.com", "portDest": 2587, "portOrig": 30001}
    set_environment(simulator, rules=(RULE, own), variables=CREDENTIALS)
    write(project / "osgi", {MAIL_FILE: mail_file(smtp_port="30001", from_address="aem@wknd.site")})

    assert main(["adopt", *IDS, "--directory", "osgi"]) == 0

    config = yaml.safe_load((project / "Pulumi.dev.yaml").read_text())["config"]
    assert (config["aem-mail:smtp"]["portOrig"], config["aem-mail:fromAddress"]) == (30001, "aem@wknd.site")
    assert "the mail service of the AEM project connects to it" in capsys.readouterr().out


def test_a_directory_that_is_none_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["adopt", *IDS, "--directory", "nowhere"]) == 3

    assert "--directory" in capsys.readouterr().err


def test_what_cannot_be_declared_is_said_and_goes_into_the_file_of_ignores(
    project: Path, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    set_environment(simulator, rules=(RULE, {"name": "b.example.com", "portDest": 993, "portOrig": 31000}), variables=CREDENTIALS)

    assert main(["adopt", *IDS, "--owner", "jane"]) == 0

    (entry,) = yaml.safe_load((project / "aem-mail-ignore.yaml").read_text())
    assert (entry["check"], entry["owner"]) == ("drift:unmanaged:PortForward:10001/20001/31000", "jane")
    assert "port forward 31000 → b.example.com:993" in capsys.readouterr().out


def test_a_fresh_environment_is_no_error_and_nothing_is_written(
    simulator: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["adopt", *IDS, "--output-directory", str(tmp_path / "new")]) == 0

    assert "nothing to adopt" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--program", "my-program", "--environment", "20001"), "--program"),
        ((*IDS, "--from-address", "nobody"), "--from-address"),
        ((*IDS, "--stack", "../up"), "--stack"),
        ((*IDS, "--variables-file", "../up.yaml"), "--variables-file"),
        ((*IDS, "--variables-file", "Pulumi.yaml"), "--variables-file"),
        ((*IDS, "--smtp-port-orig", "30999"), "30465"),
    ],
)
def test_wrong_options_are_refused_and_nothing_is_written(
    options: tuple[str, ...], words: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["adopt", *options]) == 3

    assert words in capsys.readouterr().err
    assert files(project) == {}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Pulumi.dev.yaml", "- a\n", "no stack's configuration"),
        ("Pulumi.dev.yaml", "a: [", "YAML"),
        ("Pulumi.yaml", "a: [", "YAML"),
        ("Pulumi.yaml", "name: a\nruntime: nodejs\n", "runtime is python"),
        ("Pulumi.yaml", "text", "runtime is python"),
        ("Pulumi.yaml", f"a: {'[' * 3000}{']' * 3000}", "YAML"),
        ("Pulumi.dev.yaml", f"a: {'[' * 3000}{']' * 3000}", "YAML"),
        ("Pulumi.dev.yaml", f"a: {'[' * 360}{']' * 360}", "nested too deeply"),
        ("Pulumi.yaml", "since: 2026-13-45", "YAML"),
        ("Pulumi.dev.yaml", "since: 2026-13-45", "YAML"),
        ("Pulumi.json", "{}", "rename it to Pulumi.yaml"),
        ("Pulumi.dev.yaml", "\udcff", "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_continued_is_named_even_when_forced(
    name: str, text: str, words: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / name).write_bytes(text.encode("utf-8", "surrogateescape"))

    assert main(["adopt", *IDS, "--force"]) == 3

    told = capsys.readouterr().err
    assert name in told
    assert words in told


def test_an_environment_of_another_program_is_named_with_those_that_are_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["adopt", "--program", "10001", "--environment", "20004"]) == 3

    assert "20001 (dev)" in capsys.readouterr().err


def test_a_wrong_credential_ends_with_its_own_code(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDMANAGER_CLIENT_SECRET", "another")

    assert main(["adopt", *IDS]) == 10


def test_a_folder_that_cannot_be_written_is_an_error_that_leaves_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "out").write_text("a file in the way")

    assert main(["adopt", *IDS, "--output-directory", "out"]) == 3

    assert "out" in capsys.readouterr().err
    assert sorted(files(project)) == ["out"]
