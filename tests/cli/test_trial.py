"""A simulator in the background, as a shell starts, finds and ends it."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from aem_mail.errors import InvalidInput, NoAnswer
from tests import loopback
from tests.secrets import SecretWatch

COMMAND = str(Path(sys.executable).with_name("aem-mail"))
OURS = ("CLOUDMANAGER_", "PULUMI_", "EMAIL_")
LONGEST = 60.0
PID = "pid"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    with project_in(tmp_path) as folder:
        yield folder


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a project whose simulator runs already, for what changes nothing in it."""
    with project_in(tmp_path_factory.mktemp("running")) as folder:
        simulate(folder, "--env")
        yield folder


@contextmanager
def project_in(parent: Path) -> Iterator[Path]:
    folder = parent / "it's a project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def simulate(folder: Path, *options: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a shell's substitution does, which waits until nobody can write to it any more."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    ended = subprocess.run(
        [COMMAND, "simulate", *options], cwd=folder, env=kept | variables, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert ended.returncode == code, ended.stderr
    return ended


def exported(printed: str) -> dict[str, str]:
    """Return what a POSIX shell has after it has read the lines, of what is ours."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    command = ["sh", "-c", f'eval "$1"; "{sys.executable}" -c "{DUMP}"', "sh", printed]
    shown = subprocess.run(command, env=others, capture_output=True, check=True)
    found: dict[str, str] = json.loads(shown.stdout)
    return {name: value for name, value in found.items() if name.startswith(OURS)}


def answers(url: str) -> bool:
    try:
        return loopback.get(f"{url}/_sim/clock").status_code == 200
    except httpx.TransportError:
        return False


DUMP = "import json, os; print(json.dumps(dict(os.environ)))"


def test_what_it_prints_leads_a_shell_to_a_simulator_that_answers(running: Path) -> None:
    started = simulate(running, "--env", CLOUDMANAGER_ACCESS_TOKEN="real", CLOUDMANAGER_IMS_URL="https://ims.example.com")

    variables = exported(started.stdout)
    assert variables.keys() == {
        *("CLOUDMANAGER_BASE_URL", "CLOUDMANAGER_ORG_ID", "CLOUDMANAGER_CLIENT_ID", "CLOUDMANAGER_CLIENT_SECRET"),
        *("EMAIL_USERNAME", "EMAIL_PASSWORD", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"),
    }
    assert {"unset CLOUDMANAGER_ACCESS_TOKEN;", "unset CLOUDMANAGER_IMS_URL;"} <= set(started.stdout.splitlines())
    state = loopback.get(f"{variables['CLOUDMANAGER_BASE_URL']}/_sim/state").json()
    assert [one["kind"] for one in state["programs"]["10001"]["infrastructures"]] == ["flexiblePortEgress"]
    assert started.stdout.endswith("# To end it: aem-mail simulate --stop\n")
    assert "`aem-mail simulate --stop` ends it" in started.stderr


def test_a_shell_may_take_it_without_quotes(running: Path) -> None:
    printed = simulate(running, "--env").stdout

    assert exported(" ".join(printed.split())) == exported(printed)


def test_a_second_time_takes_the_one_that_runs_also_from_below_the_project(running: Path) -> None:
    below = running / "below"
    below.mkdir()

    assert simulate(running, "--env").stdout == simulate(below, "--env").stdout


def test_options_that_come_too_late_are_said(running: Path) -> None:
    assert "It ran already, so the options given here have no effect" in simulate(running, "--env", "--time-scale", "1").stderr
    assert "It ran already" not in simulate(running, "--env").stderr


def test_where_none_ever_ran_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    assert f"No simulator runs for {tmp_path}." in simulate(tmp_path, "--stop").stdout
    assert list(tmp_path.iterdir()) == []


def test_many_at_once_start_one(project: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        printed = {one.stdout for one in pool.map(lambda _: simulate(project, "--env"), range(3))}

    assert len(printed) == 1


def test_it_ends_and_goes_on_with_what_it_had(project: Path) -> None:
    first = exported(simulate(project, "--env").stdout)["CLOUDMANAGER_BASE_URL"]
    state = loopback.get(f"{first}/_sim/state").json()
    loopback.put(f"{first}/_sim/state", json={**state, "programs": {"7": {"region": "va7"}}}).raise_for_status()

    ended = simulate(project, "--stop")
    assert not answers(first)
    second = exported(simulate(project, "--env").stdout)["CLOUDMANAGER_BASE_URL"]

    assert f"The simulator at {first} has ended." in ended.stdout
    assert list(loopback.get(f"{second}/_sim/state").json()["programs"]) == ["7"]
    assert "No simulator runs" in (simulate(project, "--stop"), simulate(project, "--stop"))[1].stdout


def test_a_record_that_was_left_is_not_taken_for_a_simulator(project: Path) -> None:
    first = simulate(project, "--env")
    record = project / ".aem-mail" / "simulator.json"
    left = record.read_text()
    simulate(project, "--stop")
    record.write_text(left)

    second = simulate(project, "--env")

    assert exported(second.stdout)["CLOUDMANAGER_BASE_URL"] != exported(first.stdout)["CLOUDMANAGER_BASE_URL"]


def test_it_goes_with_the_folder_of_its_project(project: Path) -> None:
    url = exported(simulate(project, "--env").stdout)["CLOUDMANAGER_BASE_URL"]

    shutil.rmtree(project)

    deadline = time.monotonic() + LONGEST
    while answers(url) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not answers(url)


def test_all_that_it_keeps_is_its_users_alone_and_out_of_git(running: Path) -> None:
    variables = exported(simulate(running, "--env").stdout)

    folder = running / ".aem-mail"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()} == {0o600}
    assert (folder / ".gitignore").read_text() == "*\n"
    SecretWatch(variables["EMAIL_PASSWORD"]).folder(folder, "the simulator's folder")


def test_a_back_end_and_a_passphrase_of_the_users_own_are_kept(running: Path) -> None:
    printed = simulate(running, "--env", PULUMI_BACKEND_URL="s3://team", PULUMI_CONFIG_PASSPHRASE_FILE="/run/passphrase").stdout

    variables = exported(printed)
    assert variables["PULUMI_BACKEND_URL"] == "s3://team"
    assert "PULUMI_CONFIG_PASSPHRASE" not in variables


def test_a_back_end_of_the_users_own_gets_no_passphrase_that_everybody_knows(running: Path) -> None:
    variables = exported(simulate(running, "--env", PULUMI_BACKEND_URL="s3://team").stdout)

    assert variables["PULUMI_BACKEND_URL"] == "s3://team"
    assert "PULUMI_CONFIG_PASSPHRASE" not in variables


def test_another_projects_simulated_state_is_not_taken_over(running: Path) -> None:
    other = "file:///elsewhere/.aem-mail/pulumi"

    variables = exported(simulate(running, "--env", PULUMI_BACKEND_URL=other).stdout)

    assert variables["PULUMI_BACKEND_URL"].endswith("/it%27s%20a%20project/.aem-mail/pulumi")


@pytest.mark.parametrize(("shell", "line"), [("fish", "set -gx EMAIL_USERNAME 'apikey'"), ("powershell", "$env:EMAIL_USERNAME = 'apikey'")])
def test_other_shells_get_their_own_lines(running: Path, shell: str, line: str) -> None:
    assert line in simulate(running, "--env", "--shell", shell).stdout.splitlines()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--env", "--state", "state.json"], "--state: is the project's own with --env; leave it out"),
        (["--env", "--seed", "absent.json"], "absent.json does not exist"),
        (["--env", "--stop"], "not allowed with argument --env"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_left_running(project: Path, options: list[str], message: str) -> None:
    assert message in simulate(project, *options, code=InvalidInput.exit_code).stderr

    assert "No simulator runs" in simulate(project, "--stop").stdout


def test_a_port_that_is_taken_is_said_by_whoever_started_it(running: Path) -> None:
    url = exported(simulate(running, "--env").stdout)["CLOUDMANAGER_BASE_URL"]
    other = running / "other"
    other.mkdir()
    (other / "Pulumi.yaml").write_text("name: q\nruntime: python\n")

    said = simulate(other, "--env", "--port", url.rpartition(":")[2], code=InvalidInput.exit_code).stderr

    assert said.startswith("aem-mail simulate: --port: ")
    assert "--port 0 picks a free one" in said


def test_one_that_does_not_end_is_said_with_its_log(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aem_mail.cli import background  # noqa: PLC0415

    monkeypatch.setattr(background, "PATIENCE_SECONDS", 0.5)
    found = background.Background.of(project)
    found.folder.mkdir()
    with FileLock(found.record.with_suffix(".lock")), pytest.raises(NoAnswer, match=r"does not end; .*simulator\.log may say why"):
        found.stop()


@pytest.mark.parametrize("held_up", ["", "os.close(1); "], ids=["silent", "without an output"])
def test_one_that_does_not_start_in_time_is_ended_and_said(project: Path, monkeypatch: pytest.MonkeyPatch, held_up: str) -> None:
    from aem_mail.cli import background  # noqa: PLC0415

    (project / "sitecustomize.py").write_text(
        f"import os, time; open({str(project / PID)!r}, 'w').write(str(os.getpid())); {held_up}time.sleep({LONGEST})"
    )
    monkeypatch.setenv("PYTHONPATH", str(project))
    monkeypatch.setattr(background, "PATIENCE_SECONDS", 2.0)
    with pytest.raises(NoAnswer, match=r"did not start within 2 seconds; .*simulator\.log may say why"):
        background.Background.of(project).ensure([])

    with pytest.raises(ProcessLookupError):
        os.kill(int((project / PID).read_text()), 0)


def test_it_knows_nothing_of_the_account_of_the_shell_that_starts_it(project: Path) -> None:
    dump = "open(f'{os.path.dirname(__file__)}/{os.getpid()}.txt', 'w').write(json.dumps([sys.orig_argv, {**os.environ}]))"
    (project / "sitecustomize.py").write_text(f"import json, os, sys; {dump}")
    names = {"CLOUDMANAGER_CLIENT_SECRET", "EMAIL_PASSWORD", "PULUMI_ACCESS_TOKEN", "AEM_MAIL_FINGERPRINT_KEY"}

    simulate(project, "--env", code=0, PYTHONPATH=str(project), **dict.fromkeys(names, "real"))

    given = {"--record" in command: found for command, found in map(json.loads, map(Path.read_text, project.glob("*.txt")))}
    assert given[False].keys() >= names
    assert given[True].keys() & names == set()
    assert given[True]["PATH"] == given[False]["PATH"]


def test_another_command_that_does_not_end_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aem_mail.cli import background  # noqa: PLC0415

    monkeypatch.setattr(background, "PATIENCE_SECONDS", 0.2)
    found = background.Background.of(project)
    found.folder.mkdir()
    with FileLock(found.folder / "command.lock"), pytest.raises(NoAnswer, match=r"another `aem-mail simulate` has been at work"):
        found.stop()


@pytest.mark.parametrize("name", ["command.lock", "simulator.lock", "simulator.json"])
def test_a_file_of_its_own_that_cannot_be_used_is_said(project: Path, name: str) -> None:
    (project / ".aem-mail" / name).mkdir(parents=True)

    said = simulate(project, "--stop", code=InvalidInput.exit_code).stderr

    assert f"{name} cannot be used (" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("option", ["--env", "--stop"])
def test_a_folder_that_is_a_link_is_refused_and_not_written_into(project: Path, option: str) -> None:
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    (project / ".aem-mail").symlink_to(elsewhere)

    assert ".aem-mail is a symbolic link, which is not followed" in simulate(project, option, code=InvalidInput.exit_code).stderr

    assert list(elsewhere.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such owner")
def test_a_folder_of_another_user_is_refused_and_not_written_into(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aem_mail.cli import background  # noqa: PLC0415

    found = background.Background.of(project)
    found.folder.mkdir()
    another = found.folder.stat().st_uid + 1
    monkeypatch.setattr(os, "geteuid", lambda: another)
    for command in (found.stop, lambda: found.ensure([])):
        with pytest.raises(InvalidInput, match="belongs to another user"):
            command()

    assert list(found.folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / ".aem-mail").write_text("a file")

    assert "cannot be written" in simulate(tmp_path, "--env", code=InvalidInput.exit_code).stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGHUP")
def test_it_outlives_the_terminal_that_started_it(project: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    with subprocess.Popen(
        [COMMAND, "simulate", "--env"], cwd=project, env=kept, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as shell:
        printed, _ = shell.communicate(timeout=LONGEST)
    with pytest.raises(ProcessLookupError):
        os.killpg(shell.pid, signal.SIGHUP)

    assert answers(exported(printed)["CLOUDMANAGER_BASE_URL"])
