"""The command as pulumi-command runs it: a request on stdin, an answer on stdout, words on stderr, an exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aem_mail.publishing.claims import PublishedClaims
from aem_mail.publishing.deployment_request import DeploymentRequest
from aem_mail.publishing.request import BranchAddress, Record, Request
from tests.publishing.origin import FILE, Origin
from tests.publishing.publisher import CHANGED, CONTENT, Publisher


def command(action: str, stdin: str, recorded: str = "") -> "subprocess.CompletedProcess[str]":
    ended = raw_command(action, stdin.encode(), recorded)
    return subprocess.CompletedProcess(ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def raw_command(action: str, stdin: bytes, recorded: str = "") -> "subprocess.CompletedProcess[bytes]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOUDMANAGER_")}
    environ = {**kept, "PULUMI_COMMAND_STDOUT": recorded}
    arguments = [sys.executable, "-P", "-m", "aem_mail.publishing", action]
    return subprocess.run(arguments, env=environ, input=stdin, capture_output=True, check=False)


def test_the_answer_of_one_run_is_what_the_next_goes_by(origin: Origin, publisher: Publisher) -> None:
    first = command("publish", publisher.request.to_json())
    assert (first.returncode, first.stderr.startswith("Pushed ")) == (0, True)
    record = Record.from_json(first.stdout)
    assert record is not None
    assert record.commit == origin.tip()

    second = command("publish", publisher.with_request(files={FILE: CHANGED}).request.to_json(), first.stdout)
    assert second.returncode == 0, second.stderr
    assert origin.show() == CHANGED.encode()


def test_no_locale_alters_a_file(origin: Origin, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    content = CONTENT.replace("30465", "ä→😀")
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    monkeypatch.setenv("PYTHONUTF8", "0")

    ended = raw_command("publish", publisher.with_request(files={FILE: content}).request.to_json().encode())

    assert ended.returncode == 0, ended.stderr
    assert origin.show() == content.encode()


def test_a_machine_that_keeps_nothing_says_so(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    ended = command("publish", publisher.request.to_json())
    assert (ended.returncode, "XDG_CACHE_HOME" in ended.stderr) == (3, True)


def test_what_the_same_run_declares_outlives_the_withdrawal_of_an_old_name(origin: Origin, publisher: Publisher) -> None:
    """Both commands have this process as their parent, as those of one run have the plugin."""
    request = publisher.with_request(delete_file=True).request.to_json()
    answer = command("publish", request).stdout

    assert "another resource of this stack declares it" in command("withdraw", request, answer).stderr
    assert origin.show() == CONTENT.encode()


def test_another_run_withdraws(origin: Origin, publisher: Publisher) -> None:
    publisher.up(delete_file=True)
    assert publisher.record is not None

    ended = command("withdraw", publisher.request.to_json(), publisher.record.to_json())

    assert (ended.returncode, ended.stdout) == (0, "")
    assert origin.show() is None


def test_a_withdrawal_without_a_record_does_nothing(origin: Origin, publisher: Publisher) -> None:
    tip = origin.write({FILE: CONTENT})

    assert command("withdraw", publisher.with_request(delete_file=True).request.to_json()).returncode == 0

    assert origin.tip() == tip


@pytest.mark.parametrize("stdin", ["", "{", "[]", '{"place": 1}', "null"])
def test_anything_but_a_request_is_bad_input(stdin: str) -> None:
    ended = command("publish", stdin)

    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr.startswith("Standard input: holds no request")
    assert "Traceback" not in ended.stderr


def test_an_answer_that_nobody_takes_is_one_line_and_the_next_run_gives_it_again(origin: Origin, publisher: Publisher) -> None:
    arguments = [sys.executable, "-P", "-m", "aem_mail.publishing", "publish"]
    request = publisher.request.to_json()
    with Path("/dev/full").open("wb") as full:
        lost = subprocess.run(arguments, input=request.encode(), stdout=full, stderr=subprocess.PIPE, check=False)
    again = command("publish", request)

    assert lost.returncode == 1
    assert lost.stderr.decode().splitlines()[-1].startswith("Standard output cannot be written: No space left on device")
    assert b"Traceback" not in lost.stderr
    record = Record.from_json(again.stdout)
    assert record is not None
    assert record.commit == origin.tip()


def test_what_a_repository_is_called_is_shown_and_not_obeyed(publisher: Publisher) -> None:
    ended = command("publish", publisher.with_request(place=BranchAddress("/nowhere\x1b[2J\u202e.git", "main")).request.to_json())

    assert ended.returncode == 3
    assert ended.stderr.rstrip("\n").isprintable()


def test_wrong_usage_says_what_there_is() -> None:
    ended = command("lunch", "")

    assert ended.returncode == 3
    assert "publish|withdraw|deploy" in ended.stderr


def test_exit_codes_are_those_of_the_command_line(publisher: Publisher, origin: Origin) -> None:
    wrong = publisher.with_request(place=BranchAddress("/nowhere.git", "main")).request.to_json()
    assert command("publish", wrong).returncode == 3

    origin.hook("pre-receive", "exit 1")
    refused = publisher.with_request(place=BranchAddress(str(origin.path), "main")).request.to_json()
    assert command("publish", refused).returncode == 10


def test_a_pipeline_needs_the_credentials_that_no_state_may_hold() -> None:
    connection = {"orgId": "1@AdobeOrg", "clientId": "id"}

    ended = command("deploy", DeploymentRequest("10001", "40001", "0" * 40, connection).to_json())

    assert ended.returncode == 3
    assert "clientSecret: is missing; set CLOUDMANAGER_CLIENT_SECRET" in ended.stderr


def test_sigterm_ends_it_with_one_sentence_and_nothing_left(tmp_path: Path, origin: Origin, publisher: Publisher) -> None:
    origin.hook("pre-receive", f"touch {tmp_path}/pushing; sleep 60")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    arguments = [sys.executable, "-P", "-m", "aem_mail.publishing", "publish"]
    with subprocess.Popen(
        arguments,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(publisher.request.to_json())
        process.stdin.close()
        ends = time.monotonic() + 30
        while not (tmp_path / "pushing").exists():
            assert time.monotonic() < ends
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGTERM)
        said = process.stderr.read()
        code = process.wait(30)

    assert code == 1
    assert said == "PublishedConfiguration: ended by SIGTERM before it was done; run it again.\n"
    assert list(temporary.iterdir()) == []


def test_claims_tell_runs_branches_and_files_apart_and_are_swept_away(tmp_path: Path) -> None:
    folder = tmp_path / "claims"
    place, other = BranchAddress("r", "main"), BranchAddress("r", "develop")
    PublishedClaims(folder, "one").claim(place, ["a"])

    assert PublishedClaims(folder, "one").claimed(place, ["a", "b"]) == {"a"}
    assert PublishedClaims(folder, "one").claimed(BranchAddress("another address of r", "main"), ["a"]) == {"a"}
    assert PublishedClaims(folder, "two").claimed(place, ["a"]) == frozenset()
    assert PublishedClaims(folder, "one").claimed(other, ["a"]) == frozenset()
    (old,) = folder.iterdir()
    os.utime(old, (0, 0))
    PublishedClaims(folder, "two").claim(place, ["b"])
    assert PublishedClaims(folder, "one").claimed(place, ["a"]) == frozenset()


def test_a_request_is_the_same_text_for_the_same_declaration(publisher: Publisher) -> None:
    text = publisher.request.to_json()

    assert Request.from_json(text) == publisher.request
    assert Request.from_json(json.dumps(dict(reversed(json.loads(text).items())))).to_json() == text


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"commit": 1}'])
def test_a_record_that_cannot_be_read_is_none(text: str | None) -> None:
    assert Record.from_json(text) is None
