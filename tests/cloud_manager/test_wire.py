"""Certificates and proxies, with a real TLS server and a real proxy."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.errors import InvalidInput, NoAnswer
from aem_mail.model import Connection, EnvironmentId

from .clocks import SteppedClock
from .proxy import running_proxy
from .scripted_server import ScriptedServer, answer, running_scripted_server

HOST = "cloudmanager.company.test"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[ScriptedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "127.0.0.1").configure_cert(context)
    with running_scripted_server(context) as server:
        server.script(answer(200, {"id": "2", "status": "ready"}))
        yield server


def status_of(url: str, clock: SteppedClock) -> str:
    connection = Connection(url, url, "1234@AdobeOrg", "key", None, "token", "")
    with CloudManager(connection, clock=clock) as api:
        return api.environments.get(EnvironmentId("1", "2")).status


def test_a_server_that_nobody_vouches_for_gets_no_request(tls_server: ScriptedServer, clock: SteppedClock) -> None:
    with pytest.raises(NoAnswer, match=r"its certificate is not trusted \(.*\)\. If a proxy of your company .* SSL_CERT_FILE"):
        status_of(f"https://127.0.0.1:{tls_server.port}", clock)

    assert tls_server.seen == []
    assert clock.sleeps == []


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_companys_authority_is_trusted_where_a_variable_names_it(
    name: str, bundle: Path, tls_server: ScriptedServer, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(bundle))

    assert status_of(f"https://127.0.0.1:{tls_server.port}", clock) == "ready"


def test_a_certificate_for_another_name_is_not_trusted(
    bundle: Path, tls_server: ScriptedServer, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))

    with pytest.raises(NoAnswer, match="its certificate is not trusted"):
        status_of(f"https://localhost:{tls_server.port}", clock)


def test_a_bundle_that_is_not_there_is_said_by_its_variable(clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/absent/company.pem")

    with pytest.raises(InvalidInput, match=r"SSL_CERT_FILE: /absent/company.pem does not exist"):
        status_of("https://cloudmanager.company.test", clock)


def test_requests_go_through_the_companys_proxy(
    bundle: Path, tls_server: ScriptedServer, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with running_proxy(tls_server.port) as (proxy, asked):
        monkeypatch.setenv("HTTPS_PROXY", proxy)

        assert status_of(f"https://{HOST}", clock) == "ready"

    assert asked == [f"{HOST}:443"]


def test_no_proxy_is_asked_for_an_exception_and_for_this_machine(
    bundle: Path, tls_server: ScriptedServer, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with running_proxy(tls_server.port) as (proxy, asked):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        monkeypatch.setenv("NO_PROXY", "company.test")

        assert status_of(f"https://127.0.0.1:{tls_server.port}", clock) == "ready"
        with pytest.raises(NoAnswer):
            status_of(f"https://{HOST}", clock)

    assert asked == []


@pytest.mark.parametrize("write", [lambda api: api.advanced_networking.delete(EnvironmentId("1", "2"))])
def test_a_proxy_that_refuses_lets_nothing_out(
    write: Callable[[CloudManager], object], tls_server: ScriptedServer, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_proxy(tls_server.port, refuse=407) as (proxy, _):
        monkeypatch.setenv("HTTPS_PROXY", proxy.replace("//", "//somebody:pr0xy-password@"))
        connection = Connection(f"https://{HOST}", f"https://{HOST}", "1234@AdobeOrg", "key", None, "token", "")
        with CloudManager(connection, clock=clock) as api, pytest.raises(NoAnswer, match="407 Proxy Authentication Required") as caught:
            write(api)

    assert not caught.value.outcome_unknown
    assert "pr0xy" not in str(caught.value)
    assert clock.sleeps == []


@pytest.mark.parametrize("proxy", ["http://[::1", "http://proxy:port", "socks5://user:pr0xy-password@proxy:1080"])
def test_a_proxy_that_cannot_be_used_is_said_without_its_password(proxy: str, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    with pytest.raises(InvalidInput, match="HTTPS_PROXY") as caught:
        status_of(f"https://{HOST}", clock)
    assert "pr0xy" not in str(caught.value)
