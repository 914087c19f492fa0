"""Whatever is sent to the simulator, it answers, and never with a crash: the control plane, the API and the token endpoint."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cli.main import main
from aem_mail.simulator.server import Running, running_simulator
from tests import loopback
from tests.properties.hostile import CANARY, LONGEST, json_bytes, spoiled, taken, texts, values
from tests.secrets import SecretWatch

CONTROL = ("state", "clock", "faults", "smtp", "send", "tokens/revoke", "tokens/client-secret", "reset", "journal", "mails", "nowhere")
API = (
    *("/api/program/10001/networkInfrastructures", "/api/program/10001/networkInfrastructure/30001"),
    *("/api/program/10001/environment/20001/advancedNetworking", "/api/program/10001/environment/20001/variables"),
    *("/ims/token/v3", "/api/programs", "/api/program/%00/regions", "/api/program/" + "9" * 3000),
)
FIELDS = (
    *("programs", "smtp", "clock", "profiles", "advance", "path", "method", "nth", "times", "probability", "seed", "latency", "status"),
    *("headers", "drop", "action", "programId", "environmentId", "tier", "osgi", "directory", "runModes", "to", "subject", "clientSecret"),
    *("kind", "region", "connections", "addressSpace", "dns", "portForwards", "nonProxyHosts", "name", "value", "type", "service"),
)
STATE = json.dumps({"programs": {"7": {"region": "va7", "environments": {"8": {"type": "dev"}}}}}).encode()

Ask = Callable[[str, str, bytes, str], None]

documents = st.dictionaries(st.sampled_from(FIELDS), values(), max_size=4)
bodies = (
    (documents | st.lists(documents, max_size=3) | values()).map(json_bytes)
    | spoiled(STATE)
    | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.sampled_from((b"[" * 200_000, b'{"a":' * 100_000, b"9" * 100_000))
)
methods = st.sampled_from(("GET", "POST", "PUT", "PATCH", "DELETE"))
media_types = st.sampled_from(("application/json", "application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-16"))


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with running_simulator(time_scale=0) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def http(running: Running) -> Iterator[httpx.Client]:
    with loopback.client(base_url=running.url, headers=running.headers(), timeout=LONGEST) as client:
        yield client


@pytest.fixture(scope="module")
def ask(http: httpx.Client, running: Running) -> Ask:
    """Return what sends a request and asserts that its answer is one."""

    def send(method: str, path: str, body: bytes, media_type: str) -> None:
        # What a fault or a revoked token of the last example would do to this one is no news.
        running.world.faults.clear()
        headers = {"Content-Type": media_type, "Authorization": f"Bearer {running.token()}"}

        answer = http.request(method, path, headers=headers, content=body)

        assert answer.status_code < 500, answer.text
        assert answer.status_code < 400 or answer.json()["status"] == answer.status_code

    return send


@given(method=methods, path=st.sampled_from(CONTROL), body=bodies)
def test_the_control_plane_answers_whatever_comes(method: str, path: str, body: bytes, ask: Ask) -> None:
    ask(method, f"/_sim/{path}", body, "application/json")


@given(method=methods, path=st.sampled_from(API), body=bodies, media_type=media_types)
def test_the_api_answers_whatever_comes(method: str, path: str, body: bytes, media_type: str, ask: Ask) -> None:
    ask(method, path, body, media_type)


@pytest.mark.parametrize(
    "body", [[{"name": "AB", "type": "secretString", "value": [CANARY]}], [{"name": "A B", "type": "secretString", "value": CANARY}]]
)
def test_no_refusal_repeats_a_secret(body: object, http: httpx.Client, running: Running) -> None:
    running.world.reset()
    answer = http.patch(API[3], headers={"Authorization": f"Bearer {running.token()}"}, json=body)

    assert answer.status_code == 400
    SecretWatch(CANARY).text("the problem document", answer.text)


@pytest.mark.parametrize("content", [b"", b"[" * 100_000, b'{"programs": {"a": 1}}', b"9" * 5000, b"\xff", b'{"programs": []}'])
def test_a_seed_that_is_none_is_refused(content: bytes, tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_bytes(content)

    assert taken(lambda: main(["simulate", "--seed", str(seed), "--port", "0"])) == 3


@pytest.mark.parametrize("option", ["--seed", "--state"])
@pytest.mark.parametrize("path", ["/dev/zero", "/dev", "/nowhere/state.json"])
def test_what_is_no_file_is_refused_at_once(option: str, path: str) -> None:
    assert taken(lambda: main(["simulate", option, path, "--port", "0"])) == 3
