from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from aem_mail.pipelines.errors import PipelineError, Unavailable
from aem_mail.pipelines.rest import Rest


@contextmanager
def answering(status: int, body: bytes, headers: dict[str, str]) -> Iterator[Rest]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value.replace("{self}", f"http://127.0.0.1:{server.server_address[1]}"))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parameter's name is the library's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield Rest("GitHub", f"http://127.0.0.1:{server.server_address[1]}", {}, "read")
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "headers", "said"),
    [
        (200, b"<html>", {}, "other than JSON"),
        (200, b"{}", {}, "other than a list"),
        (200, b"[]", {"Link": '<https://elsewhere.example/x>; rel="next"'}, "at another address"),
        (200, b"[]", {"Link": '<ftp://127.0.0.1/again>; rel="next"'}, "at another address"),
        (200, b"[]", {"Link": '<{self}/again>; rel="next"'}, "has no end"),
        (422, b'{"message": "Validation\\nFailed"}', {}, "422 (Validation Failed)."),
        (404, b"nothing", {}, "It is not there"),
        (403, b"[1]", {}, "must be a good one"),
    ],
)
def test_an_answer_that_cannot_be_used_is_one_sentence(status: int, body: bytes, headers: dict[str, str], said: str) -> None:
    with answering(status, body, headers) as rest, pytest.raises(PipelineError) as failure:
        list(rest.pages("things"))

    assert said in str(failure.value)
    assert "\n" not in str(failure.value)
    assert not isinstance(failure.value, Unavailable)


@pytest.mark.parametrize(("status", "headers"), [(500, {}), (429, {}), (403, {"x-ratelimit-remaining": "0"}), (403, {"Retry-After": "60"})])
def test_what_may_be_over_soon_is_worth_another_try(status: int, headers: dict[str, str]) -> None:
    with answering(status, b"", headers) as rest, pytest.raises(Unavailable):
        list(rest.pages("things"))


def test_no_server_is_worth_another_try() -> None:
    with answering(200, b"[]", {}) as rest:
        pass

    with pytest.raises(Unavailable, match="gave no answer"):
        rest.send("GET", "things")
