"""`python -m tools.engine.archive`: fetch an archive of Pulumi's over TLS, compare it with its published checksum, and unpack it.

A process of its own, so that whoever starts it can end it wherever it hangs: name look-ups and slow servers have no common deadline.
"""

import argparse
import hashlib
import re
import shutil
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import IO, Final
from urllib import request

from tools.engine.errors import EngineError

CHUNK: Final = 1 << 20
SOCKET_SECONDS: Final = 20.0
LARGEST_CHECKSUMS: Final = 1_000_000
LARGEST_ARCHIVE: Final = 1_000_000_000
LARGEST_CONTENT: Final = 3_000_000_000
MOST_MEMBERS: Final = 200
HANDLERS: Final = (
    *(request.ProxyHandler, request.UnknownHandler, request.HTTPSHandler),
    *(request.HTTPDefaultErrorHandler, request.HTTPRedirectHandler, request.HTTPErrorProcessor),
)
LINE: Final = re.compile(r"([0-9a-fA-F]{64}) [ *](\S+)")
MEMBER: Final = re.compile(r"(?:\./)?pulumi/(?:bin/)?([A-Za-z0-9][A-Za-z0-9._-]*)")


def install(archive_url: str, checksums_url: str, bin_folder: Path) -> None:
    """Fetch the archive, and put its files into the folder, which is made. Raises EngineError for whatever is not as it should be."""
    name = archive_url.rpartition("/")[2]
    with tempfile.TemporaryFile() as checksums, tempfile.TemporaryFile() as archive:
        _fetch(checksums_url, checksums, LARGEST_CHECKSUMS)
        checksums.seek(0)
        wanted = checksum_of(checksums.read().decode("utf-8", "replace"), name, checksums_url)
        found = _fetch(archive_url, archive, LARGEST_ARCHIVE)
        if found != wanted:
            raise EngineError(f"{archive_url} has the SHA-256 checksum {found}, and not {wanted}, which {checksums_url} publishes")
        archive.seek(0)
        unpack(archive, bin_folder, archive_url)


def checksum_of(checksums: str, name: str, source: str) -> str:
    """Find the SHA-256 checksum of a file in the text of a list of them. Raises EngineError where there is none, or more than one."""
    found = {line[1].lower() for line in map(LINE.fullmatch, checksums.splitlines()) if line is not None and line[2] == name}
    if len(found) != 1:
        raise EngineError(f"{source} has {'no checksum' if not found else 'several checksums'} of {name}")
    return found.pop()


def unpack(archive: IO[bytes], folder: Path, source: str) -> None:
    """Write the files of an archive's folder `pulumi` into a folder, which is made. Raises EngineError where it holds anything else."""
    folder.mkdir()
    room = LARGEST_CONTENT
    try:
        with tarfile.open(fileobj=archive, mode="r:gz") as content:
            for member, name in _files(content, source):
                room -= member.size
                if room < 0:
                    raise EngineError(f"{source} holds more than {LARGEST_CONTENT} bytes")
                _write(content.extractfile(member), folder / name, executable=bool(member.mode & 0o100))
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise EngineError(f"{source} cannot be unpacked: {error}") from error


def _files(content: tarfile.TarFile, source: str) -> Iterator[tuple[tarfile.TarInfo, str]]:
    for number, member in enumerate(content):
        if member.isdir() and member.name.rstrip("/").removeprefix("./") in {"", ".", "pulumi", "pulumi/bin"}:
            continue
        name = MEMBER.fullmatch(member.name)
        if name is None or not member.isreg() or number >= MOST_MEMBERS:
            raise EngineError(f"{source} holds {ascii(member.name)[:200]}, which is no file that belongs there")
        yield member, name[1]


def _write(source: IO[bytes] | None, target: Path, *, executable: bool) -> None:
    if source is None:
        raise tarfile.ReadError("a file has no content")
    with target.open("xb") as file:
        shutil.copyfileobj(source, file, CHUNK)
    target.chmod(0o755 if executable else 0o644)


def _fetch(url: str, target: IO[bytes], largest: int) -> str:
    """Write what a URL answers into a file; return its SHA-256 checksum."""
    hasher, room = hashlib.sha256(), largest
    try:
        with _opener().open(url, timeout=SOCKET_SECONDS) as answer:
            while chunk := answer.read(CHUNK):
                room -= len(chunk)
                if room < 0:
                    raise EngineError(f"{url} has more than {largest} bytes")
                hasher.update(chunk)
                target.write(chunk)
            if answer.length:
                raise EngineError(f"{url} ended {answer.length} bytes too early")
    except (OSError, ValueError, HTTPException) as error:
        raise EngineError(f"{url} cannot be fetched: {error}") from error
    return hasher.hexdigest()


def _opener() -> request.OpenerDirector:
    """Return what follows the redirects that a release answers with, through proxies, but speaks nothing but TLS."""
    opener = request.OpenerDirector()
    for handler in HANDLERS:
        opener.add_handler(handler())
    return opener


def main() -> int:
    """Install as the arguments say; 1 for a failure, with its reason as the last line."""
    parser = argparse.ArgumentParser(prog="python -m tools.engine.archive")
    parser.add_argument("archive_url")
    parser.add_argument("checksums_url")
    parser.add_argument("bin_folder", type=Path)
    arguments = parser.parse_args()
    try:
        install(arguments.archive_url, arguments.checksums_url, arguments.bin_folder)
    except EngineError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
