import io
import os
import re
import socket
import ssl
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from tools.engine import pins
from tools.engine.archive import unpack
from tools.engine.download import download, download_key, reachable
from tools.engine.errors import EngineError
from tools.engine.on_path import COMPANIONS


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


VERSION = pins.cli_version()
EXECUTABLES = ("pulumi", *COMPANIONS)


class Release:
    """What a local server publishes over TLS: an archive, and the checksums of the release; and what else it does."""

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.cut = 0
        self.pause = 0.0
        self.name = f"pulumi-v{VERSION}-{download_key().removeprefix(f'download-{VERSION}-')}.tar.gz"
        self.sums = f"/v{VERSION}/pulumi-{VERSION}-checksums.txt"
        self.folder = folder
        self.url = ""
        self.environ: dict[str, str] = {}

    def publish(self, archive: bytes, checksums: str | None = None) -> None:
        self.files[f"/{self.name}"] = archive
        self.files[self.sums] = (f"{sha256(archive).hexdigest()}  {self.name}\n" if checksums is None else checksums).encode()

    def install(self) -> list[str]:
        """Download from there; return what was said. Raises EngineError."""
        said: list[str] = []
        download(self.folder / "engine", self.environ, said.append, archives=self.url, checksums=self.url)
        return said

    def refusal(self) -> str:
        with pytest.raises(EngineError) as error:
            self.install()
        assert not list(self.folder.iterdir())
        assert "\n" not in str(error.value)
        return str(error.value)


def archive_of(*members: tarfile.TarInfo, content: bytes = b"#!/bin/sh\n") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for member in members:
            member.size = len(content) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return made.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", mode: int = 0o755) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode = kind, target, mode
    return made


GOOD = (member("pulumi", tarfile.DIRTYPE), *(member(f"pulumi/{name}") for name in EXECUTABLES), member("pulumi/LICENSE", mode=0o666))


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Release]:
    (tmp_path / "cache").mkdir()
    published = Release(tmp_path / "cache")

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            content = published.files.get(self.path)
            target = published.redirects.get(self.path)
            self.send_response(302 if target else 404 if content is None else 200)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            sent = (content or b"")[: len(content or b"") - published.cut]
            pieces = [sent[index : index + 1] for index in range(len(sent))] if published.pause else [sent]
            for piece in pieces:
                self.wfile.write(piece)
                time.sleep(published.pause)

        def log_message(self, *_: object) -> None:
            pass

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    published.environ = {"SSL_CERT_FILE": str(tmp_path / "authority.pem"), "no_proxy": "*", "PATH": os.defpath}
    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        published.url = f"https://localhost:{server.server_port}"
        try:
            yield published
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("folder", ["pulumi", "pulumi/bin", "./pulumi"])
def test_an_archive_that_is_what_the_release_publishes_is_installed(folder: str, release: Release) -> None:
    release.publish(archive_of(*(member(f"{folder}/{name}") for name in EXECUTABLES), member(f"{folder}/LICENSE", mode=0o666)))

    said = release.install()

    bin_folder = release.folder / "engine" / "bin"
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in bin_folder.iterdir()} == {
        **dict.fromkeys(EXECUTABLES, "0o755"),
        "LICENSE": "0o644",
    }
    assert said[0] == f"downloading Pulumi {VERSION} from {release.url}, about a minute, and at most 3"


def test_a_redirect_to_another_address_of_tls_is_followed(release: Release) -> None:
    release.publish(archive_of(*GOOD))
    release.files["/elsewhere"] = release.files[release.sums]
    release.redirects[release.sums] = f"{release.url}/elsewhere"

    release.install()


def test_a_redirect_out_of_tls_is_refused(release: Release) -> None:
    release.publish(archive_of(*GOOD))
    release.redirects[f"/{release.name}"] = f"http://localhost:1/{release.name}"

    assert "unknown url type: http" in release.refusal()


def test_a_server_that_nobody_vouches_for_is_not_reachable(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    release.publish(archive_of(*GOOD))
    monkeypatch.delenv("SSL_CERT_FILE")

    assert "does not answer within 3 s" in release.refusal()


@pytest.mark.parametrize(
    ("checksums", "said"),
    [
        (f"{'0' * 64}  {{name}}\n", f"and not {'0' * 64}, which"),
        ("", "has no checksum of pulumi-v"),
        (f"{'0' * 64}  other.tar.gz\n{'0' * 64}  {{name}}.sig\n{'0' * 63}  {{name}}\n", "has no checksum of pulumi-v"),
        (f"{'0' * 64}  {{name}}\n{'1' * 64}  {{name}}\n", "has several checksums of pulumi-v"),
        ("x" * 1_000_001, "has more than 1000000 bytes"),
    ],
)
def test_an_archive_without_its_one_checksum_is_not_installed(checksums: str, said: str, release: Release) -> None:
    release.publish(archive_of(*GOOD), checksums.format(name=release.name))

    assert said in release.refusal()


def test_a_release_without_checksums_is_not_installed(release: Release) -> None:
    release.publish(archive_of(*GOOD))
    del release.files[release.sums]

    assert "checksums.txt cannot be fetched: HTTP Error 404" in release.refusal()


def test_an_answer_that_is_cut_off_is_not_installed(release: Release) -> None:
    release.publish(archive_of(*GOOD))
    release.cut = 1

    assert "too early" in release.refusal()


@pytest.mark.parametrize(
    "strange",
    [
        member("pulumi/../../escaped"),
        member("../escaped"),
        member("/escaped"),
        member("pulumi/a/b"),
        member("other/pulumi"),
        member("pulumi/.hidden"),
        member("pulumi/link", tarfile.SYMTYPE, "/bin/sh"),
        member("pulumi/link", tarfile.LNKTYPE, "pulumi/pulumi"),
        member("pulumi/pipe", tarfile.FIFOTYPE),
        member("pulumi/device", tarfile.CHRTYPE),
        member("pulumi/pulumi", tarfile.DIRTYPE),
        member("pulumi/pulumi"),
    ],
    ids=lambda one: f"{one.type.decode()}:{one.name}",
)
def test_an_archive_with_anything_but_its_own_files_is_not_installed(strange: tarfile.TarInfo, release: Release) -> None:
    release.publish(archive_of(*GOOD, strange))

    assert re.search(r"is no file that belongs there|cannot be unpacked: .*File exists", release.refusal().replace("which ", ""))


@pytest.mark.parametrize("size", [0, 1, 20, 60])
def test_an_archive_that_was_published_cut_off_is_not_installed(size: int, release: Release) -> None:
    release.publish(archive_of(*GOOD)[:size])

    assert re.search("cannot be unpacked|lacks pulumi", release.refusal())


def test_an_archive_without_the_python_host_is_not_installed(release: Release) -> None:
    release.publish(archive_of(member("pulumi/pulumi")))

    assert "lacks pulumi-language-python and pulumi-resource-pulumi-python" in release.refusal()


@pytest.mark.parametrize("most", ["MOST_MEMBERS", "LARGEST_CONTENT"])
def test_an_archive_that_holds_too_much_is_not_unpacked(most: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"tools.engine.archive.{most}", 3)

    with pytest.raises(EngineError, match="holds"):
        unpack(io.BytesIO(archive_of(*GOOD)), tmp_path / "bin", "https://example.com/x.tar.gz")


def test_a_server_that_is_too_slow_costs_no_more_than_the_limit(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.engine.download._INSTALL_SECONDS", 1.0)
    release.publish(archive_of(*GOOD))
    release.pause = 0.3
    started = time.monotonic()

    assert "no end after 1 s" in release.refusal()

    assert time.monotonic() - started < 20


def test_a_machine_that_pulumi_builds_nothing_for_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "sparc64")

    with pytest.raises(EngineError, match=r"no archive for .* on sparc64"):
        download(tmp_path / "engine", {}, print)


def test_a_site_that_cannot_be_reached_is_not_waited_for(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        with pytest.raises(EngineError, match="does not answer within 3 s"):
            download(tmp_path / "engine", {}, print, archives=f"https://127.0.0.1:{unused.getsockname()[1]}")

    assert not list(tmp_path.iterdir())
