import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from engine.download import download, reachable
from engine.errors import EngineError


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@contextmanager
def site(status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "expected"), [(200, True), (403, False), (503, False)])
def test_a_site_is_reachable_when_it_answers_well(status: int, expected: bool) -> None:
    with site(status) as url:
        assert reachable(url, 3) is expected


def test_a_site_that_refuses_is_not_reachable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        assert not reachable(f"http://127.0.0.1:{unused.getsockname()[1]}/", 3)


def test_a_site_that_never_answers_costs_no_more_than_the_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()

        assert not reachable(f"http://127.0.0.1:{silent.getsockname()[1]}/", 0.3)

        assert time.monotonic() - started < 2


def test_an_installer_that_cannot_be_reached_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setattr("engine.download._INSTALLER_SITE", f"http://127.0.0.1:{unused.getsockname()[1]}/")

        with pytest.raises(EngineError, match="does not answer within 3 s"):
            download(tmp_path / "engine", {}, print)

    assert not list(tmp_path.iterdir())
