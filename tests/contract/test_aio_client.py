"""The simulator judged by Adobe's own client, @adobe/aio-lib-cloudmanager, as a Node process against `aem-mail simulate`.

The client finds everything through HAL links and builds its error texts from problem documents, so it would notice wrong ones.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from aem_mail.osgi.variables_file import GivenVariable, parse_variables, variables_text
from aem_mail.simulator.api.tokens import SCOPES
from tests import loopback

pytestmark = pytest.mark.contract

SOURCES = Path(__file__).with_name("aio_client")
PROGRAM, ENVIRONMENT = "10001", "20001"
TOOLS = ("node", "npm")
FILES = ("package.json", "package-lock.json", "client.js")
NPM_CI = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


@pytest.fixture(scope="module")
def installed_client() -> Path:
    """The folder of the client with what `npm ci` installs, once per user and version."""
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if absent:
        pytest.skip(f"{' and '.join(absent)} not on PATH; Adobe's client needs Node.js")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    contents = b"".join((SOURCES / name).read_bytes() for name in FILES)
    return install(base / "aem-mail" / "aio-client" / hashlib.sha256(contents).hexdigest()[:16])


def install(folder: Path) -> Path:
    """Fill the folder, unless that is done; other processes that want the same wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock, tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            staging = Path(scratch) / "client"
            staging.mkdir()
            for name in FILES:
                shutil.copy(SOURCES / name, staging)
            done = subprocess.run(NPM_CI, cwd=staging, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            staging.rename(folder)
    return folder


@dataclass(frozen=True)
class AioClient:
    """Adobe's client, logged in to a running simulator."""

    folder: Path
    account: dict[str, str]
    access_token: str

    def run(self, *calls: list[Any]) -> list[dict[str, Any]]:
        """Make the calls one after the other; for each `{"result": …}` or `{"error": {code, message, requestId}}`."""
        url, org_id, client_id = (self.account[key] for key in ("url", "orgId", "clientId"))
        order = {"url": url, "orgId": org_id, "clientId": client_id, "accessToken": self.access_token, "calls": calls}
        command = ["node", "client.js"]
        done = subprocess.run(
            command, cwd=self.folder, input=json.dumps(order), capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
        )
        outcomes: list[dict[str, Any]] = json.loads(done.stdout)
        return outcomes

    def control(self, method: str, path: str) -> httpx.Response:
        with loopback.client(base_url=self.account["url"]) as client:
            return client.request(method, f"/_sim/{path}").raise_for_status()


@pytest.fixture(scope="module")
def simulator_account() -> Iterator[dict[str, str]]:
    """What `aem-mail simulate` says on its first line; time runs so fast that no change is ever seen in progress."""
    command = [str(Path(sys.executable).with_name("aem-mail")), "simulate", "--port", "0", "--time-scale", "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


@pytest.fixture
def client(installed_client: Path, simulator_account: dict[str, str]) -> AioClient:
    form = {
        "client_id": simulator_account["clientId"],
        "client_secret": simulator_account["clientSecret"],
        "grant_type": "client_credentials",
        "scope": ",".join(SCOPES),
    }
    token = loopback.post(f"{simulator_account['url']}/ims/token/v3", data=form).raise_for_status().json()["access_token"]
    client = AioClient(installed_client, simulator_account, token)
    client.control("POST", "reset")
    return client


def get_variables() -> list[Any]:
    return ["getEnvironmentVariables", PROGRAM, ENVIRONMENT]


def set_variables(*variables: dict[str, str]) -> list[Any]:
    return ["setEnvironmentVariables", PROGRAM, ENVIRONMENT, variables]


PASSWORD = {"name": "EMAIL_PASSWORD", "type": "secretString", "value": "password123"}
USERNAME = {"name": "EMAIL_USERNAME", "type": "string", "value": "apikey", "service": "author"}


def test_it_lists_programs_and_environments(client: AioClient) -> None:
    programs, environments = client.run(["listPrograms"], ["listEnvironments", PROGRAM])

    assert [(each["id"], each["enabled"]) for each in programs["result"]] == [("10001", True), ("10002", True)]
    assert [(each["id"], each["type"], each["status"]) for each in environments["result"]] == [
        ("20001", "dev", "ready"),
        ("20002", "stage", "ready"),
        ("20003", "prod", "ready"),
    ]


def test_it_sets_variables_and_reads_them_back_without_the_secret(client: AioClient) -> None:
    before, done, after = client.run(get_variables(), set_variables(PASSWORD, USERNAME), get_variables())

    assert before == {"result": []}
    assert done == {"result": True}
    assert [{key: value for key, value in each.items() if not key.startswith("_")} for each in after["result"]] == [
        {"name": "EMAIL_PASSWORD", "type": "secretString", "status": "ready"},
        {**USERNAME, "status": "ready"},
    ]


def test_it_deletes_variables_by_an_empty_value(client: AioClient) -> None:
    deletions = set_variables(PASSWORD | {"value": ""}, USERNAME | {"value": ""})

    _, done, after = client.run(set_variables(PASSWORD, USERNAME), deletions, get_variables())

    assert (done, after) == ({"result": True}, {"result": []})


def test_what_it_lists_is_a_variables_file_that_can_be_read(client: AioClient) -> None:
    _, listed = client.run(set_variables(PASSWORD, USERNAME), get_variables())

    assert parse_variables(json.dumps(listed["result"])) == (
        GivenVariable("EMAIL_PASSWORD", "secretString"),
        GivenVariable("EMAIL_USERNAME", "string", "author", "apikey"),
    )


def test_a_variables_file_that_was_written_here_sets_the_same_variables(client: AioClient) -> None:
    written = [
        GivenVariable("EMAIL_PASSWORD", "secretString", "author", "password123"),
        GivenVariable("MAIL_FLAG", "string", None, "true"),
        GivenVariable("MAIL_FOOTER", "string", "publish", 'it\'s "quoted" ü'),
    ]

    done, _ = client.run(
        ["setEnvironmentVariables", PROGRAM, ENVIRONMENT, json.loads(variables_text(written, as_json=True))], get_variables()
    )

    assert done == {"result": True}
    found = client.control("GET", "state").json()["programs"][PROGRAM]["environments"][ENVIRONMENT]["variables"]
    fingerprint = f"sha256:{hashlib.sha256(b'password123').hexdigest()}"
    assert sorted((one["name"], one["type"], one["service"], one.get("value") or one["fingerprint"]) for one in found) == [
        ("EMAIL_PASSWORD", "secretString", "author", fingerprint),
        ("MAIL_FLAG", "string", None, "true"),
        ("MAIL_FOOTER", "string", "publish", 'it\'s "quoted" ü'),
    ]


def test_one_change_takes_it_four_requests_along_the_links(client: AioClient) -> None:
    client.run(set_variables(PASSWORD))

    assert [(entry["method"], entry["path"]) for entry in client.control("GET", "journal").json()] == [
        ("GET", "/api/programs"),
        ("GET", "/api/program/10001"),
        ("GET", "/api/program/10001/environments"),
        ("PATCH", "/api/program/10001/environment/20001/variables"),
    ]


def test_it_tells_why_a_secret_cannot_be_deleted_without_its_type(client: AioClient) -> None:
    _, refusal = client.run(set_variables(PASSWORD), set_variables({"name": "EMAIL_PASSWORD", "value": ""}))

    error = refusal["error"]
    assert error["code"] == "ERROR_SET_VARIABLES"
    assert "(400 Bad Request) - Validation Error(s): [0].type: EMAIL_PASSWORD is a secretString" in error["message"]
    assert error["requestId"] == client.control("GET", "journal").json()[-1]["requestId"]


def test_it_tells_every_problem_of_a_refused_change(client: AioClient) -> None:
    (refusal,) = client.run(set_variables({"name": "1ST", "value": "x"}, {"name": "LONG", "value": "x" * 2049}))

    assert "[0].name (1ST) [0].name: must match" in refusal["error"]["message"]
    assert "[1].value: must have at most 2048 characters, not 2049" in refusal["error"]["message"]


def test_it_tells_that_the_token_was_refused(client: AioClient) -> None:
    client.control("POST", "tokens/revoke")

    (refusal,) = client.run(["listPrograms"])

    assert "(401 Unauthorized) - Unauthorized(s): the access token is missing, unknown, expired or revoked" in refusal["error"]["message"]
