"""The repository behind HTTP with a password, by Git's own CGI program."""

import base64
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

from tests.cloud_manager.scripted_server import serving
from tests.publishing.origin import own_environment

USER, PASSWORD = "mail-bot", "a-token-of-the-git-server"


class Requests:
    """Who was let in, and what each request brought along."""

    def __init__(self) -> None:
        self.authorizations: list[str | None] = []
        self.may_write = True


@contextmanager
def served(repository: Path) -> Iterator[tuple[str, Requests]]:
    """Serve a bare repository to one user; yields its URL and what was asked."""
    requests = Requests()
    allowed = f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def _answer(self, body: bytes) -> None:
            given = self.headers.get("Authorization")
            requests.authorizations.append(given)
            if given != allowed:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.end_headers()
            elif "git-receive-pack" in self.path and not requests.may_write:
                self.send_response(403)
                self.end_headers()
            else:
                self._run(body)

        def _run(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            variables = {
                "GIT_PROJECT_ROOT": str(repository.parent),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": parts.path,
                "QUERY_STRING": parts.query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "REMOTE_USER": USER,
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }
            command = ["git", "http-backend"]
            printed = subprocess.run(command, env={**own_environment(), **variables}, input=body, capture_output=True, check=True).stdout
            head, _, content = printed.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(headers.pop("Status", "200 OK").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with serving(Handler) as port:
        yield f"http://127.0.0.1:{port}/{repository.name}", requests
