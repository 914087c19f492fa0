"""The command's options, what it asks for, and how it ends, against the simulator and what Pulumi would print."""

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aem_mail.checks.ignores import FILE_NAME
from aem_mail.cli.main import main
from aem_mail.cli.reads import Reads
from aem_mail.live.model import OutOfReach
from aem_mail.live.reader import Reader
from aem_mail.model import Connection, EnvironmentId
from aem_mail.osgi import ConfigurationFileError
from aem_mail.simulator.server import Running
from aem_mail.stack.project_folder import PROJECT_FILES
from tests import loopback
from tests.cli.pulumi_stand_in import PulumiStandIn, install
from tests.drift.build import entry, exported, networking, recorded, resource, rule, secret, variable
from tests.markup import parsed

PRELUDE = '{"sequence": 0, "preludeEvent": {"config": {}}}\n{"sequence": 1, "summaryEvent": {"result": "succeeded"}}\n'


class Control:
    """The simulator's control plane."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def edit(self, **environment: Any) -> None:
        """Set fields of environment 20001."""
        state = self.running.state()
        state["programs"]["10001"]["environments"]["20001"] |= environment
        self.put(state)

    def put(self, state: Any) -> None:
        loopback.put(f"{self.running.url}/_sim/state", json=state).raise_for_status()

    def fault(self, path: str, **fault: Any) -> None:
        loopback.post(f"{self.running.url}/_sim/faults", json={"method": "GET", "path": path, **fault}).raise_for_status()

    def requests(self) -> list[str]:
        entries = loopback.get(f"{self.running.url}/_sim/journal").json()
        return [f"{one['method']} {one['path']}" for one in entries]


@pytest.fixture
def simulator(fresh_simulator: Running) -> Control:
    control = Control(fresh_simulator)
    control.edit(advancedNetworking={"nonProxyHosts": [], "portForwards": [entry()]}, variables=[plain()])
    return control


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiStandIn:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: project\nruntime: python\n")
    return install(tmp_path / "bin", monkeypatch)


def credentials(running: Running) -> tuple[str, str, str]:
    return running.org_id, running.client_id, running.client_secret


def plain(name: str = "MAIL_FROM", value: str = "noreply@wknd.site") -> dict[str, Any]:
    return {"name": name, "type": "string", "service": None, "value": value}


def has(pulumi: PulumiStandIn, *resources: dict[str, Any], stack: str = "", **more: Any) -> None:
    """Let a stack have these resources; without a name it is the selected one."""
    pulumi.answers("stack export" + (f" --stack={stack}" if stack else ""), stdout=exported(*resources, **more))


def drift(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    code = main(["drift", "--output", "json", *options])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, report


def keys(report: dict[str, Any]) -> list[str]:
    return [one["key"].removeprefix("drift:") for one in report["findings"]]


def test_the_selected_stack_is_exported_and_nothing_else_is_run(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    has(pulumi, networking(), rule(), variable())

    code, report = drift(capsys)

    assert (code, keys(report), [one["name"] for one in report["stacks"]]) == (0, [], ["dev"])
    assert [one["argv"][:2] for one in pulumi.calls()] == [["stack", "export"]]


def test_several_stacks_are_looked_at_together(pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]) -> None:
    has(pulumi, networking(), rule(), stack="a")
    has(pulumi, variable(value="other"), stack="b")

    code, report = drift(capsys, "--stack", "a", "--stack", "b", "--stack", "a")

    assert (code, keys(report)) == (2, ["changed:EnvVar:10001/20001/all/MAIL_FROM"])
    assert report["findings"][0]["stack"] == "b"
    assert Counter(one["argv"][2] for one in pulumi.calls()) == {"--stack=a": 1, "--stack=b": 1}


def test_all_stacks_of_the_project_are_those_that_pulumi_lists(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack ls", stdout=json.dumps([{"name": "b", "current": True}, {"name": "a"}]))
    has(pulumi, networking(), rule(), stack="a")
    has(pulumi, variable(), stack="b")

    code, report = drift(capsys, "--all")

    assert (code, [one["name"] for one in report["stacks"]]) == (0, ["a", "b"])


def test_each_environment_is_read_three_times_each_program_once_with_one_token(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {"program_id": "10001", "environment_id": "20002", "name": "X_1", "value": "x"}
    has(pulumi, networking(), rule(), rule(30466), variable(), secret(), stack="a")
    has(pulumi, networking(), variable("B_2"), resource("EnvVar", "x", other), stack="b")

    drift(capsys, "--stack", "a", "--stack", "b")

    environments = [f"GET /api/program/10001/environment/{id_}" for id_ in ("20001", "20002")]
    expected = [one + part for one in environments for part in ("", "/advancedNetworking", "/variables")]
    assert sorted(simulator.requests()) == sorted([*expected, "GET /api/program/10001/networkInfrastructures", "POST /ims/token/v3"])


def test_a_stack_with_nothing_of_ours_asks_nothing(pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]) -> None:
    has(pulumi)

    code, report = drift(capsys)

    assert (code, keys(report), simulator.requests()) == (0, [], [])
    assert "Nothing of this package is recorded" in report["stacks"][0]["notes"][0]


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("*/20002/advancedNetworking", "unknown:AdvancedNetworking:10001/20002"),
        ("*/20002/variables", "unknown:Variables:10001/20002"),
        ("*/environment/20002", "unknown:Environment:10001/20002"),
        ("*/networkInfrastructures", "unknown:NetworkInfrastructure:10001"),
    ],
)
@pytest.mark.parametrize("value", ["noreply@wknd.site", "other"])
def test_one_read_that_fails_is_unknown_and_the_others_are_judged(
    *, path: str, key: str, value: str, pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    there = {"program_id": "10001", "environment_id": "20002"}
    infra = resource("NetworkInfrastructure", "infra", {"program_id": "10001", "kind": "flexiblePortEgress", "region": "va7"})
    others = (resource("AdvancedNetworking", "net-2", there), resource("EnvVar", "x", {**there, "name": "X_1", "value": "x"}), infra)
    has(pulumi, networking(), rule(), variable(), *others)
    furnish(simulator, value)
    simulator.fault(path, status=403)

    code, report = drift(capsys)

    drifted = ["changed:EnvVar:10001/20001/all/MAIL_FROM"] if value == "other" else []
    assert sorted(keys(report)) == sorted([*drifted, key])
    assert code == (2 if drifted else 10)


def furnish(simulator: Control, value: str) -> None:
    """Let both environments be as they are declared, except for the value of MAIL_FROM."""
    state = simulator.running.state()
    program = state["programs"]["10001"]
    program["infrastructures"] = [{"id": "30001", "kind": "flexiblePortEgress", "region": "va7", "status": "ready"}]
    program["environments"]["20001"]["variables"] = [plain(value=value)]
    program["environments"]["20002"] |= {"advancedNetworking": {"nonProxyHosts": [], "portForwards": []}, "variables": [plain("X_1", "x")]}
    simulator.put(state)


def test_too_many_requests_are_waited_for_and_asked_again(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    has(pulumi, networking(), rule(), variable())
    simulator.fault("/api/*", status=429, times=2)

    assert drift(capsys)[0] == 0


def test_a_server_that_fails_leaves_what_it_was_asked_for_unknown(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aem_mail.cloud_manager.outcome.attempts", lambda outcome: 1)
    has(pulumi, networking(), rule(), variable())
    simulator.fault("*/variables", status=503)

    code, report = drift(capsys)

    assert (code, keys(report)) == (30, ["unknown:Variables:10001/20001"])
    assert "(request id " in report["findings"][0]["message"] or "request" in report["findings"][0]["message"]


def test_a_refused_credential_is_told_once_and_nothing_more_is_asked(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDMANAGER_CLIENT_SECRET", "an-expired-secret")
    places = [{"program_id": "10001", "environment_id": str(20001 + number)} for number in range(60)]
    has(pulumi, *(resource("AdvancedNetworking", f"net-{place['environment_id']}", place) for place in places))

    code, report = drift(capsys)

    assert (code, keys(report)) == (10, [f"unknown:CloudManager:{simulator.running.org_id}"])
    assert len(simulator.requests()) <= 2
    assert "an-expired-secret" not in json.dumps(report)


def test_an_environment_that_is_gone_is_proven_to_be_with_no_more_reads(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    has(pulumi, resource("EnvVar", "x", {"program_id": "10001", "environment_id": "29999", "name": "X_1", "value": "x"}))

    code, report = drift(capsys)

    assert (code, keys(report)) == (2, ["missing:EnvVar:10001/29999/all/X_1"])
    assert [one for one in simulator.requests() if "environment" in one] == [
        "GET /api/program/10001/environment/29999",
        "GET /api/program/10001/environments",
    ]


def test_a_program_that_is_not_there_is_unknown_and_nothing_in_it_counts_as_gone(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    has(pulumi, resource("EnvVar", "x", {"program_id": "19999", "environment_id": "20001", "name": "X_1", "value": "x"}))

    code, report = drift(capsys)

    assert (code, keys(report)) == (3, ["unknown:Environment:19999/20001"])


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ({"code": 255, "stderr": "error: no stack named 'dev' found"}, 3, "no stack named"),
        ({"code": 255, "stderr": "error: no Pulumi.yaml project file found"}, 3, "--cwd"),
        ({"code": 255, "stderr": "error: could not open bucket"}, 30, "could not open bucket"),
        ({"stdout": "{}"}, 30, "The state of stack dev cannot be read: its version is None"),
        ({"stdout": "garbage"}, 30, "it is no JSON"),
    ],
)
def test_the_only_stack_that_cannot_be_read_is_one_message(
    *, answer: dict[str, Any], code: int, words: str, pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack", **answer)

    assert main(["drift", "--stack", "dev"]) == code

    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_of_several_stacks_one_that_cannot_be_read_is_unknown(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    has(pulumi, networking(), rule(), variable(), stack="dev")
    pulumi.answers("stack export --stack=prod", code=255, stderr="error: could not open bucket")

    code, report = drift(capsys, "--stack", "dev", "--stack", "prod")

    assert (code, keys(report)) == (30, ["unknown:Stack:prod"])
    assert {one["name"]: one["error"] for one in report["stacks"]} == {
        "dev": None,
        "prod": "pulumi stack failed: could not open bucket.",
    }


def test_without_credentials_the_commands_that_set_them_are_named(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLOUDMANAGER_ORG_ID")
    has(pulumi, rule())
    pulumi.answers("config", stdout="{}")

    assert main(["drift"]) == 3

    assert "orgId: is missing; set CLOUDMANAGER_ORG_ID" in capsys.readouterr().err


def test_credentials_are_taken_from_the_configuration_where_variables_do_not_say_it_all(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLOUDMANAGER_CLIENT_SECRET")
    has(pulumi, networking(), rule(), variable(), config={"aem-mail:clientSecret": "encrypted"})
    configured = {"aem-mail:clientSecret": {"value": simulator.running.client_secret, "secret": True}}
    pulumi.answers("config", stdout=json.dumps(configured))

    code, report = drift(capsys)

    assert (code, keys(report)) == (0, [])
    assert [one["argv"][0] for one in pulumi.calls()] == ["stack", "config"]
    assert simulator.running.client_secret not in json.dumps(report)


def test_a_recorded_base_url_is_never_passed_over(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLOUDMANAGER_BASE_URL")
    has(pulumi, networking(), rule(), variable(), config={"aem-mail:baseUrl": simulator.running.url})
    pulumi.answers("config", stdout=json.dumps({"aem-mail:baseUrl": {"value": simulator.running.url}}))

    assert drift(capsys)[0] == 0


def test_what_the_file_of_ignores_names_does_not_count(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    has(pulumi, networking(), rule(), variable(value="other"))
    ignored = {"check": "drift:changed:EnvVar:*", "reason": "agreed", "owner": "us", "expires": "2999-01-01"}
    (tmp_path / FILE_NAME).write_text(json.dumps([ignored]))

    code, report = drift(capsys)

    assert (code, report["summary"]["ignored"], report["findings"][0]["ignored"]["reason"]) == (0, 1, "agreed")


@pytest.mark.parametrize("name", PROJECT_FILES)
def test_the_file_of_ignores_is_found_from_a_subfolder_of_the_project(
    name: str, pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").rename(tmp_path / name)
    (tmp_path / "source").mkdir()
    has(pulumi, networking(), rule(), variable(value="other"))
    ignored = {"check": "drift:changed:EnvVar:*", "reason": "agreed", "owner": "us", "expires": "2999-01-01"}
    (tmp_path / FILE_NAME).write_text(json.dumps([ignored]))

    code, report = drift(capsys, "--cwd", "source")

    assert (code, report["summary"]["ignored"]) == (0, 1)


def test_a_project_without_stacks_is_told_how_to_make_one(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack ls", stdout="[]")

    assert main(["drift", "--all"]) == 3

    assert "pulumi stack init" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--all", "--stack", "a"), "--all: cannot be given together with --stack"),
        (("--cwd", "absent"), "absent is no directory"),
        (("--ignore-file", "absent"), "absent is no file"),
    ],
)
def test_bad_input_is_one_message_and_3(
    options: tuple[str, ...], words: str, pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drift", *options]) == 3

    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "key"), [('{\n  "a": 1\n}\n', None), ('{"a": 2}', "changed"), (None, "missing"), ("no folder", "unknown")]
)
def test_a_configuration_is_compared_where_its_folder_is_there(
    *, content: str | None, key: str | None, pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = '{\n  "a": 1\n}\n'
    has(pulumi, resource("OsgiConfig", "f", {"directory": "osgi", "pid": "com.example.A", "properties": {"a": 1}, "content": text}))
    if content != "no folder":
        (tmp_path / "osgi" / "config").mkdir(parents=True)
    if content not in (None, "no folder"):
        (tmp_path / "osgi" / "config" / "com.example.A.cfg.json").write_text(str(content))

    code, report = drift(capsys)

    assert keys(report) == ([] if key is None else [f"{key}:OsgiConfig:osgi/config/com.example.A.cfg.json"])
    assert code == (0 if key is None else 3 if key == "unknown" else 2)


def make_loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("at", ["osgi/config/com.example.A.cfg.json", "osgi/config"])
@pytest.mark.parametrize("make", [os.mkfifo, make_loop, Path.mkdir])
def test_what_is_no_file_where_a_configuration_was_is_unknown_and_the_report_goes_on(
    *,
    make: Callable[[Path], None],
    at: str,
    pulumi: PulumiStandIn,
    simulator: Control,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    file = resource("OsgiConfig", "f", {"directory": "osgi", "pid": "com.example.A", "properties": {"a": 1}, "content": "{}"})
    has(pulumi, file, variable())
    (tmp_path / at).parent.mkdir(parents=True)
    make(tmp_path / at)

    code, report = drift(capsys)

    state = "missing" if at.endswith("config") and make is Path.mkdir else "unknown"
    assert keys(report) == [f"{state}:OsgiConfig:osgi/config/com.example.A.cfg.json", "unmanaged:PortForward:10001/20001/30465"]
    assert code == 2


def test_a_project_that_cannot_be_read_whole_is_unknown(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Path) -> None:
        """Stand for a folder without permission, which no folder is for root."""
        raise ConfigurationFileError("osgi/config.prod cannot be listed: Permission denied")

    text = '{\n  "a": 1\n}\n'
    has(pulumi, resource("OsgiConfig", "f", {"directory": "osgi", "pid": "com.example.A", "properties": {"a": 1}, "content": text}))
    (tmp_path / "osgi" / "config").mkdir(parents=True)
    (tmp_path / "osgi" / "config" / "com.example.A.cfg.json").write_text(text)
    monkeypatch.setattr("aem_mail.cli.fleet.read_files", refused)

    code, report = drift(capsys)

    assert (code, keys(report)) == (3, ["unknown:OsgiConfig:osgi/config/com.example.A.cfg.json"])
    assert "Permission denied" in report["findings"][0]["message"]


def test_a_preview_that_fails_is_unknown_and_the_rest_is_told(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    has(pulumi, networking(), rule(), variable())
    pulumi.answers("preview", stdout=PRELUDE.replace("succeeded", "failed"), code=255, stderr="error: it broke")

    code, report = drift(capsys, "--program")

    assert (code, keys(report), report["programAsked"]) == (30, ["unknown:Preview:dev"], True)


def test_a_preview_that_finds_nothing_to_do_adds_nothing(
    pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    has(pulumi, networking(), rule(), variable())
    pulumi.answers("preview", stdout=PRELUDE)

    code, report = drift(capsys, "--program")

    assert (code, keys(report)) == (0, [])


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_people_are_told_where_what_and_how_to_fix_it(
    form: str, pulumi: PulumiStandIn, simulator: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    has(pulumi, networking(), rule(), variable(value="other"))

    assert main(["drift", "--output", form]) == 2

    out = capsys.readouterr().out.replace("\\", "").replace("`", "")
    assert "aem-mail drift: 1 changed" in out
    assert "value is noreply@wknd.site instead of other" in out
    assert "pulumi up --refresh --stack dev" in out


def test_two_cloud_managers_with_one_environment_are_not_mixed_up(simulator: Control) -> None:
    here = Connection(simulator.running.url, simulator.running.url, *credentials(simulator.running))
    elsewhere = Connection("http://127.0.0.1:9", "http://127.0.0.1:9", "other@AdobeOrg", "id", "secret")
    resources = recorded(rule()).resources

    with Reader() as reader:
        reads = Reads(reader)
        reads.ask(here, resources)
        with pytest.raises(Exception, match="look at these stacks one by one"):
            reads.ask(elsewhere, resources)
        live = reads.live({})

    assert live.environments[EnvironmentId("10001", "20001")].found is not None


def test_a_cloud_manager_that_is_never_reached_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aem_mail.cloud_manager.outcome.attempts", lambda outcome: 1)
    nowhere = Connection("http://127.0.0.1:9", "http://127.0.0.1:9", "org@AdobeOrg", "id", "secret")

    with Reader() as reader:
        reads = Reads(reader)
        reads.ask(nowhere, recorded(rule()).resources)
        live = reads.live({})

    assert isinstance(live.environments[EnvironmentId("10001", "20001")].environment, OutOfReach)


@pytest.mark.parametrize(("form", "told"), [("html", "port_dest is 587 instead of 465."), ("junit", '<failure type="error" message="')])
def test_drift_is_a_page_and_a_test_report_too(
    form: str, told: str, simulator: Control, pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.edit(advancedNetworking={"nonProxyHosts": [], "portForwards": [entry(port_dest=587)]})
    has(pulumi, networking(), rule())

    assert main(["drift", "--output", form]) == 2

    out = capsys.readouterr().out
    assert told in out
    parsed(out)
