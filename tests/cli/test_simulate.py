import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aem_mail.cli.main import main
from aem_mail.simulator.api.tokens import SCOPES
from tests import loopback

COMMAND = str(Path(sys.executable).with_name("aem-mail"))
SEED = {"clock": 1000, "programs": {"1": {"region": "nld2", "environments": {"2": {"type": "dev"}}}}}


@contextmanager
def simulating(*options: str) -> Iterator[tuple[dict[str, str], subprocess.Popen[str]]]:
    """What the command says on its first line, and its process."""
    command = [COMMAND, "simulate", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline()), process
        finally:
            process.kill()


def state(account: dict[str, str]) -> Any:
    return loopback.get(f"{account['url']}/_sim/state").raise_for_status().json()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_first_line_opens_the_api_and_a_signal_ends_it_cleanly(end: signal.Signals) -> None:
    with simulating() as (account, process):
        assert set(account) == {"url", "orgId", "clientId", "clientSecret"}
        form = {"client_id": account["clientId"], "client_secret": account["clientSecret"], "grant_type": "client_credentials"}
        answer = loopback.post(f"{account['url']}/ims/token/v3", data=form | {"scope": ",".join(SCOPES)})
        headers = {
            "Authorization": f"Bearer {answer.json()['access_token']}",
            "x-api-key": account["clientId"],
            "x-gw-ims-org-id": account["orgId"],
        }
        assert loopback.get(f"{account['url']}/api/programs", headers=headers).status_code == 200

        process.send_signal(end)
        out, err = process.communicate(timeout=60)

    assert (process.returncode, out, err) == (0, "", "")


def test_a_seed_is_what_it_starts_from(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(SEED))

    with simulating("--seed", str(seed), "--time-scale", "0") as (account, _):
        shown = state(account)

    assert (shown["clock"], list(shown["programs"])) == (1000, ["1"])


def test_the_state_survives_being_killed(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with simulating("--state", str(file), "--time-scale", "0") as (account, process):
        changed = state(account) | SEED
        loopback.put(f"{account['url']}/_sim/state", json=changed).raise_for_status()
        before = state(account)
        process.kill()
        process.wait(60)

    with simulating("--state", str(file), "--time-scale", "0") as (account, _):
        assert state(account) == before
    assert {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "65536"], "a port is from 0 to 65535"),
        (["--port", "http"], "a port is from 0 to 65535, not 'http'"),
        (["--time-scale", "fast"], "a scale is 0 or more, not 'fast'"),
        (["--time-scale", "-1"], "a scale is 0 or more"),
        (["--time-scale", "nan"], "a scale is 0 or more"),
        (["--host", "0.0.0.0"], "unrecognized arguments"),  # noqa: S104 - that it is refused is the point
    ],
)
def test_wrong_usage_exits_with_3(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["simulate", *options])

    assert left.value.code == 3
    assert message in capsys.readouterr().err


def test_an_unknown_command_exits_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["fly"])

    assert left.value.code == 3
    assert capsys.readouterr().err.startswith("usage: aem-mail")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "does not exist"),
        ("{", "is no seed (Expecting property name"),
        ('{"programs": {"x": {}}}', "programs.x: an id is a string of digits"),
    ],
)
def test_a_seed_that_cannot_be_read_exits_with_3(
    content: str | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = tmp_path / "seed.json"
    if content is not None:
        seed.write_text(content)

    assert main(["simulate", "--seed", str(seed)]) == 3
    error = capsys.readouterr().err
    assert f"--seed: {seed} " in error
    assert message in error


def test_a_state_file_that_cannot_be_read_exits_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "state.json"
    file.write_text("{}")

    assert main(["simulate", "--state", str(file)]) == 3
    assert f"{file}.key is missing" in capsys.readouterr().err


def test_a_state_file_in_no_folder_exits_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--state", str(tmp_path / "nowhere" / "state.json")]) == 3
    assert "cannot be written: No such file or directory; make the folder" in capsys.readouterr().err


def test_a_taken_port_exits_with_3_and_tells_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        environment = {"PATH": os.environ["PATH"]}
        done = subprocess.run([COMMAND, "simulate", "--port", port], capture_output=True, text=True, check=False, env=environment)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"aem-mail simulate: --port: {port} cannot be used (Address already in use); --port 0 picks a free one\n"


def test_without_its_libraries_it_tells_how_to_install_them(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delitem(sys.modules, "aem_mail.simulator.server", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    assert main(["simulate", "--port", "0"]) == 3
    assert "aem-mail simulate: uvicorn is missing; install the extra simulator" in capsys.readouterr().err
