import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cli.main import main
from aem_mail.simulator.server import Running, running_simulator
from tests import loopback
from tests.cli.pulumi_stand_in import PulumiStandIn, install
from tests.plan.recordings import RECORDED

CREDENTIALS = ("CLOUDMANAGER_BASE_URL", "CLOUDMANAGER_IMS_URL", "CLOUDMANAGER_ORG_ID", "CLOUDMANAGER_CLIENT_ID")
SECRETS = ("CLOUDMANAGER_CLIENT_SECRET", "CLOUDMANAGER_ACCESS_TOKEN")
PRELUDE = '{"sequence": 0, "preludeEvent": {"config": {}}}\n'


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiStandIn:
    for name in (*CREDENTIALS, *SECRETS, "PULUMI_PARALLEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PULUMI_PARALLEL", "256")
    stand_in = install(tmp_path / "bin", monkeypatch)
    stand_in.answers("stack", stdout='{"version": 3, "deployment": {"resources": []}}')
    return stand_in


@pytest.fixture(scope="module")
def shared_simulator() -> Iterator[Running]:
    with running_simulator(time_scale=1200) as running:
        yield running


@pytest.fixture
def simulator(fresh_simulator: Running) -> Running:
    return fresh_simulator


def plays(pulumi: PulumiStandIn, name: str, **answer: Any) -> None:
    pulumi.answers("preview", stdout=(RECORDED / f"{name}.jsonl").read_text(), **answer)


def planned(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    code = main(["plan", "--output", "json", *options])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert report["exitCode"] == code
    return report


def test_pulumi_is_asked_for_events_in_the_project_and_for_the_stack_that_are_named(pulumi: PulumiStandIn, tmp_path: Path) -> None:
    plays(pulumi, "same")

    assert main(["plan", "--stack", "dev; touch x", "--cwd", str(tmp_path), "--refresh"]) == 0

    (call,) = pulumi.calls()
    saved = next(argument for argument in call["argv"] if argument.startswith("--save-plan="))
    assert call["argv"] == ["preview", "--json", "--non-interactive", saved, "--refresh", "--stack=dev; touch x", "--color=never"]
    assert (call["cwd"], call["streaming"]) == (str(tmp_path), "1")
    assert not Path(saved.partition("=")[2]).exists()


def test_a_plan_that_passes_ends_with_zero(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    plays(pulumi, "create")

    assert main(["plan", "--max-restarts", "1", "--max-minutes", "25"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("Plan for stack test: 7 changes\n")
    assert "set CLOUDMANAGER_ORG_ID" in out


def test_the_saved_report_is_the_printed_one_also_with_half_a_character(
    pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    recorded = (RECORDED / "create.jsonl").read_text()
    pulumi.answers("preview", stdout=recorded.replace("com.example.Footer", "com.example.\\ud800"))

    report = planned(capsys, "--save-json", str(tmp_path / "plan.json"))

    assert r"com.example.\ud800" in json.dumps(report)
    assert json.loads((tmp_path / "plan.json").read_bytes()) == report


@pytest.mark.parametrize(("limit", "most"), [("--max-restarts", "0"), ("--max-minutes", "24")])
def test_a_plan_beyond_a_limit_ends_with_two(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str], limit: str, most: str) -> None:
    plays(pulumi, "create")

    assert main(["plan", limit, most]) == 2
    assert f"{limit} allows {most}" in capsys.readouterr().out


def test_a_plan_whose_takeovers_nobody_can_tell_ends_with_two_if_there_may_be_none(
    pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    plays(pulumi, "create")

    assert main(["plan", "--refuse-takeover"]) == 2
    assert "--refuse-takeover allows no doubt" in capsys.readouterr().out


@pytest.mark.parametrize("there", [b"{}", '{"text": "Grüße"}'.encode("latin-1")])
def test_a_file_in_the_way_is_taken_over_whatever_it_is_encoded_in(
    pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str], tmp_path: Path, there: bytes
) -> None:
    events = [json.loads(line) for line in (RECORDED / "create.jsonl").read_text().splitlines()]
    steps = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
    next(step for step in steps if step["urn"].endswith("::file"))["new"]["inputs"]["on_conflict"] = "replace"
    pulumi.answers("preview", stdout="".join(json.dumps(event) + "\n" for event in events))
    (tmp_path / "Pulumi.yaml").touch()
    (tmp_path / "osgiconfig" / "config").mkdir(parents=True)
    (tmp_path / "osgiconfig" / "config" / "com.example.Footer.cfg.json").write_bytes(there)

    assert [one["there"] for one in planned(capsys, "--cwd", str(tmp_path))["takeovers"]] == ["a file of another content"]


def test_markdown_has_the_changes_as_a_table(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    plays(pulumi, "update")

    assert main(["plan", "--output", "markdown"]) == 0
    row = "| \\~ | SecretEnvVar | pass | EMAIL\\_PASSWORD (all services) of environment 20001 | changed: value |"
    assert row in capsys.readouterr().out


def test_dependencies_between_siblings_come_from_the_saved_plan(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    place = "urn:pulumi:test::flow-test::pulumi-python:dynamic/aem:PortForward::"
    plays(pulumi, "create", plan={"resourcePlans": {f"{place}b": {"goal": {"dependencies": [f"{place}a"]}}, f"{place}a": {}}})

    assert planned(capsys)["cost"]["environments"][0]["waiting"] == ["b"]


def test_dependencies_between_what_goes_come_from_the_state(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    place = "urn:pulumi:test::flow-test::pulumi-python:dynamic/aem:PortForward::"
    resources = [{"urn": f"{place}b", "dependencies": [f"{place}a"]}, {"urn": f"{place}a", "dependencies": None}]
    plays(pulumi, "remove")
    pulumi.answers("stack", stdout=json.dumps({"version": 3, "deployment": {"resources": resources}}))

    cost = planned(capsys)["cost"]

    assert (cost["puts"], cost["deletes"]) == (1, 1)
    assert pulumi.calls()[-1]["argv"] == ["stack", "export", "--color=never"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("raised", "Program failed with an unhandled exception: ValueError: no such thing. (`pulumi preview` shows where.)"),
        ("refused", "pulumi-python:dynamic/aem:PortForward resource 'a': property name value {BAD HOST} has a problem: 'bad host' is no"),
    ],
)
def test_a_preview_that_fails_is_told_in_one_paragraph(
    pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str], name: str, reason: str
) -> None:
    plays(pulumi, name, code=1)

    assert main(["plan"]) == 30

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"pulumi preview failed: {reason}")
    assert captured.err.count("\n") == 1


SECRETS_URN = "urn:pulumi:test::project::pulumi-python:dynamic/aem:SecretEnvVar::"


def refers(operation: str, name: str, reference: str) -> str:
    """Return the event of a secret that is created from a reference, or that stays as it is."""
    inputs = {"program_id": "10001", "environment_id": "20001", "name": name.upper(), "value_from": reference, "logical_name": name}
    new = {"id": "", "inputs": inputs, "outputs": {}}
    old = None if operation == "create" else {**new, "id": "x", "outputs": {**inputs, "origin": "created"}}
    metadata = {"op": operation, "urn": SECRETS_URN + name, "type": "pulumi-python:dynamic/aem:SecretEnvVar", "old": old, "new": new}
    return json.dumps({"sequence": 1, "resourcePreEvent": {"metadata": metadata}}) + "\n"


def warns(message: str) -> str:
    return json.dumps({"sequence": 1, "diagnosticEvent": {"severity": "warning", "message": message}}) + "\n"


def test_references_that_are_not_set_are_one_note_that_names_them_and_no_failure(
    pulumi: PulumiStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SMTP_USER", raising=False)
    monkeypatch.setenv("SMTP_PASSWORD", "correct horse battery")
    (tmp_path / "Pulumi.yaml").touch()
    (tmp_path / "there").write_text("correct horse battery")
    later = "A preview goes on without the value; `pulumi up` needs it as soon as it has something to write"
    events = [
        refers("create", "user", "env:SMTP_USER"),
        refers("create", "user-of-stage", "env:SMTP_USER"),
        refers("same", "token", "file:absent"),
        refers("create", "password", "env:SMTP_PASSWORD"),
        refers("create", "key", "file:there"),
        warns(f"SecretEnvVar user: value_from: the environment variable SMTP_USER is not set; set it where Pulumi runs. {later}\n"),
        warns("something else"),
        json.dumps({"sequence": 2, "summaryEvent": {"result": "succeeded"}}),
    ]
    pulumi.answers("preview", stdout=PRELUDE + "".join(events))

    report = planned(capsys, "--cwd", str(tmp_path))

    assert report["exitCode"] == 0
    assert report["notes"] == [
        "References that cannot be read here: env:SMTP_USER and file:absent. A secret that is recorded counts as unchanged; `pulumi up` "
        "needs the values as soon as it has something to write."
    ]
    assert report["warnings"] == ["something else"]
    assert "correct horse" not in json.dumps(report)


def test_references_that_can_be_read_are_no_note(
    pulumi: PulumiStandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "correct horse battery")
    end = json.dumps({"sequence": 2, "summaryEvent": {"result": "succeeded"}})
    pulumi.answers("preview", stdout=PRELUDE + refers("create", "password", "env:SMTP_PASSWORD") + end)

    assert planned(capsys)["notes"] == []


@pytest.mark.parametrize(
    ("stderr", "code", "told"),
    [
        ("error: no stack named 'nope' found\n", 3, "pulumi: --stack: no stack named 'nope' found.\n"),
        ("error: no stack selected; please use `pulumi stack select`\n", 3, "pulumi: --stack: no stack selected; please use `pulumi"),
        ("error: no Pulumi.yaml project file found (searching upwards)\n", 3, "pulumi: --cwd: no Pulumi.yaml project file found"),
        ("error: getting stack configuration: incorrect passphrase\n", 30, "pulumi preview failed: getting stack configuration: incorrect"),
        ("", 30, "pulumi preview failed: it ended with 1 and gave no reason."),
    ],
)
def test_a_preview_that_never_began_says_why(
    pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str], stderr: str, code: int, told: str
) -> None:
    pulumi.answers("preview", stderr=stderr, code=1)

    assert main(["plan"]) == code
    assert capsys.readouterr().err.startswith(told)


def test_an_engine_that_dies_in_the_middle_is_no_plan(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi.answers("preview", stdout=PRELUDE, stderr="signal: killed", code=137)

    assert main(["plan"]) == 30
    assert capsys.readouterr().err == "pulumi preview failed: signal: killed.\n"


def test_a_pulumi_that_cannot_stream_is_told_so(pulumi: PulumiStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi.answers("preview", stdout='{\n  "config": {}\n}\n')

    assert main(["plan"]) == 30
    assert "a newer pulumi is needed" in capsys.readouterr().err


def test_no_pulumi_at_all_names_the_ways_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main(["plan"]) == 30
    assert "https://www.pulumi.com/docs/install" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--max-restarts", "-1"], ["--max-minutes", "soon"], ["--output", "xml"], ["--stack"]])
def test_wrong_usage_ends_with_three(options: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["plan", *options])

    assert left.value.code == 3


def test_a_folder_that_is_not_there_ends_with_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--cwd", str(tmp_path / "nowhere")]) == 3
    assert "--cwd: " in capsys.readouterr().err


def test_cloud_manager_is_asked_before_any_write_where_there_are_credentials(
    pulumi: PulumiStandIn, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    plays(pulumi, "create")

    report = planned(capsys)

    assert (report["asked"], report["exitCode"], report["cost"]["atMost"]) == ("yes", 0, False)
    journal = loopback.get(f"{simulator.url}/_sim/journal").json()
    assert {entry["method"] for entry in journal if entry["path"].startswith("/api")} == {"GET"}


def test_what_stands_in_the_way_is_told_all_at_once(pulumi: PulumiStandIn, simulator: Running, capsys: pytest.CaptureFixture[str]) -> None:
    state = simulator.state()
    program = state["programs"]["10001"]
    program["infrastructures"] = [{"id": "30001", "kind": "dedicatedEgressIp", "region": "va7", "status": "ready"}]
    taken = [{"name": "else.example.com", "portDest": 25, "portOrig": 30465}]
    program["environments"]["20001"] |= {
        "advancedNetworking": {"nonProxyHosts": [], "portForwards": taken},
        "variables": [{"name": "MAIL_FOOTER", "type": "string", "value": "another"}],
    }
    loopback.put(f"{simulator.url}/_sim/state", json=state).raise_for_status()
    plays(pulumi, "create")

    report = planned(capsys)

    assert report["exitCode"] == 2
    told = {problem["resource"]: problem["message"] for problem in report["problems"]}
    assert set(told) == {"infra", "a", "footer"}
    assert "the program already has network infrastructure 30001 (dedicatedEgressIp in va7, ready)" in told["infra"]
    assert "the environment already has 30465 → else.example.com:25" in told["a"]


def test_what_stands_in_the_way_of_a_configured_stack_is_told_with_its_keys(
    pulumi: PulumiStandIn, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    state = simulator.state()
    taken = [{"name": "else.example.com", "portDest": 25, "portOrig": 30465}]
    state["programs"]["10001"]["environments"]["20001"]["advancedNetworking"] = {"nonProxyHosts": [], "portForwards": taken}
    state["programs"]["10001"]["infrastructures"] = [{"id": "30001", "kind": "flexiblePortEgress", "region": "va7", "status": "ready"}]
    loopback.put(f"{simulator.url}/_sim/state", json=state).raise_for_status()
    recorded = (RECORDED / "create.jsonl").read_text()
    configured = recorded.replace('"config": {', '"config": {"aem-mail:programId": "10001", ', 1)
    pulumi.answers("preview", stdout=configured.replace('"logical_name": "a"', '"logical_name": "a", "component": "mail"'))

    (problem,) = planned(capsys)["problems"]

    assert "aem-mail:onConflict.portForward=replace" in problem["message"]


@pytest.mark.parametrize(
    "refusal",
    [("/api/program/*/networkInfrastructures", 403, 10), ("/ims/token/v3", 401, 10), ("/api/program/*/environment/*/variables", 404, 3)],
)
def test_a_question_that_is_refused_is_a_problem_of_its_own(
    pulumi: PulumiStandIn, simulator: Running, capsys: pytest.CaptureFixture[str], refusal: tuple[str, int, int]
) -> None:
    path, status, code = refusal
    fault = {"method": "*", "path": path, "status": status, "times": 9}
    loopback.post(f"{simulator.url}/_sim/faults", json=fault).raise_for_status()
    plays(pulumi, "create")

    report = planned(capsys)

    assert (report["asked"], report["exitCode"]) == ("failed", code)
    assert report["cost"]["atMost"]
    assert any(f"HTTP {status}" in problem["message"] for problem in report["problems"])


def test_a_server_that_is_not_there_is_no_clean_plan(
    pulumi: PulumiStandIn, simulator: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv("CLOUDMANAGER_BASE_URL", f"http://127.0.0.1:{bound.getsockname()[1]}")
        plays(pulumi, "flip")

        report = planned(capsys)

    assert (report["asked"], report["exitCode"]) == ("failed", 30)
    assert len(report["problems"]) == 1


def test_an_answer_that_is_lost_keeps_no_other_question_from_being_asked(
    pulumi: PulumiStandIn, simulator: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("aem_mail.cloud_manager.outcome.attempts", lambda outcome: 1)
    fault = {"method": "GET", "path": "*/advancedNetworking", "drop": "before", "times": 9}
    loopback.post(f"{simulator.url}/_sim/faults", json=fault).raise_for_status()
    plays(pulumi, "create")

    report = planned(capsys)

    assert (report["asked"], report["exitCode"], len(report["problems"])) == ("failed", 30, 1)
    assert any(entry["path"].endswith("/variables") for entry in simulator.journal())


def test_an_environment_of_another_program_is_named_with_those_that_are_there(
    pulumi: PulumiStandIn, simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("preview", stdout=(RECORDED / "create.jsonl").read_text().replace("20001", "29999"))

    report = planned(capsys)

    assert report["exitCode"] == 3
    assert "Environment 29999 does not exist in program 10001" in report["problems"][0]["message"]


def test_a_hibernated_environment_is_in_the_way(pulumi: PulumiStandIn, simulator: Running, capsys: pytest.CaptureFixture[str]) -> None:
    state = simulator.state()
    state["programs"]["10001"]["environments"]["20001"]["status"] = "hibernated"
    loopback.put(f"{simulator.url}/_sim/state", json=state).raise_for_status()
    plays(pulumi, "create")

    report = planned(capsys)

    assert report["exitCode"] == 2
    assert "hibernated" in report["problems"][0]["message"]


def test_credentials_of_the_stacks_configuration_are_read_only_where_there_are_any(
    pulumi: PulumiStandIn, simulator: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CLOUDMANAGER_CLIENT_SECRET")
    plays(pulumi, "flip")
    assert planned(capsys)["asked"] == "noCredentials"
    assert [call["argv"][0] for call in pulumi.calls()] == ["preview"]

    events = (RECORDED / "flip.jsonl").read_text().replace('"config": {', '"config": {"aem-mail:clientSecret": "[secret]", ', 1)
    pulumi.answers("preview", stdout=events)
    pulumi.answers("config", stdout=json.dumps({"aem-mail:clientSecret": {"value": simulator.client_secret, "secret": True}}))

    assert planned(capsys)["asked"] == "yes"
    assert pulumi.calls()[-1]["argv"] == ["config", "--json", "--show-secrets", "--color=never"]
    assert not any(simulator.client_secret in argument for call in pulumi.calls() for argument in call["argv"])


def test_an_interrupted_plan_waits_for_pulumi_and_ends_with_one(tmp_path: Path) -> None:
    script = tmp_path / "pulumi"
    script.write_text(
        f"#!{sys.executable} -I\nimport pathlib, signal, sys, time\n"
        f"signal.signal(signal.SIGINT, lambda *_: (time.sleep(0.5), pathlib.Path({str(tmp_path / 'ended')!r}).touch(), sys.exit(1)))\n"
        f"pathlib.Path({str(tmp_path / 'began')!r}).touch()\ntime.sleep(60)\n"
    )
    script.chmod(0o755)
    # A shell starts what it runs in the background with SIGINT ignored, and its descendants inherit that.
    interruptible = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    run = f"{interruptible}from aem_mail.cli import main; sys.exit(main.main())"
    command = [sys.executable, "-c", run, "plan"]
    process = subprocess.Popen(command, env={**os.environ, "PATH": str(tmp_path)}, stderr=subprocess.PIPE, start_new_session=True)
    while not (tmp_path / "began").exists():
        assert process.poll() is None
        time.sleep(0.02)

    os.killpg(process.pid, signal.SIGINT)

    _, stderr = process.communicate(timeout=30)
    assert stderr == b""
    assert process.returncode == 1
    assert (tmp_path / "ended").exists()
