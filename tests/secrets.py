"""The one assertion that no secret lies in plain text: in outputs, files, the journal, errors and process arguments."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

PROGRAM_FILES: Final = frozenset({"__main__.py"})
"""Where a test itself writes the secret that it declares."""


class SecretWatch:
    """Knows the secrets of one test, in every spelling they could leak in; each method fails the test that leaks one."""

    def __init__(self, *secrets: str) -> None:
        self._spellings: dict[str, str] = {}
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        for secret in secrets:
            assert len(secret) >= 6, "a shorter secret would be found by chance"
            for spelling in _spellings(secret):
                self._spellings[spelling] = secret

    def text(self, where: str, text: str) -> None:
        """Assert that ``text`` holds no secret."""
        found = next((spelling for spelling in self._spellings if spelling in text), None)
        if found is not None:
            at = text.index(found)
            before = text[max(0, at - 120) : at]
            raise AssertionError(f"a secret lies in plain text in {where}, after: …{before}")

    def value(self, where: str, value: Any) -> None:
        """Assert that a JSON value holds no secret."""
        self.text(where, json.dumps(value, ensure_ascii=False))

    def folder(self, folder: Path, where: str) -> None:
        """Assert that no file below ``folder`` holds a secret, except for the program that declares it."""
        for path in folder.rglob("*"):
            if path.is_file() and path.name not in PROGRAM_FILES:
                with suppress(OSError):
                    self.text(f"{path.name} ({where})", path.read_bytes().decode("utf-8", "replace"))

    @contextmanager
    def processes(self, session: int) -> Iterator[list[str]]:
        """Assert, all the while, that no process of that session has a secret among its arguments; the list is of those found so far."""
        ended = threading.Event()
        seen: list[str] = []
        thread = threading.Thread(target=self._look_at_processes, args=(session, ended, seen), daemon=True)
        thread.start()
        try:
            yield seen
        finally:
            ended.set()
            thread.join()
        assert not seen, f"a secret is an argument of a process: {seen[0]}"

    def _look_at_processes(self, session: int, ended: threading.Event, seen: list[str]) -> None:
        while not ended.wait(0.1):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):
                    if os.getsid(int(path.parent.name)) != session:
                        continue
                    arguments = path.read_bytes().decode("utf-8", "replace").replace("\0", " ")
                    if any(spelling in arguments for spelling in self._spellings):
                        seen.append(arguments.split(" ")[0])


def _spellings(secret: str) -> set[str]:
    raw = secret.encode()
    return {secret, json.dumps(secret)[1:-1], quote(secret), base64.b64encode(raw).decode(), raw.hex()}
