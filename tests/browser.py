"""A real Chromium without a window, driven over its own protocol through a pair of pipes."""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
OPTIONS: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"),
)
LAUNCH: Final = """
import fcntl, os, sys
commands, answers = (fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3])
os.dup2(commands, 3), os.dup2(answers, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Chromium reads commands from descriptor 3 and writes answers to 4."""
PATIENCE_SECONDS: Final = 20.0


class Page:
    """One tab. `complaints` are errors, dialogs and refusals of the policy, as the browser tells them."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._unread = b""
        self._last = 0
        self._session: str | None = None
        self.complaints: list[str] = []

    def attach(self) -> None:
        target = self._ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable", {})

    def show(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Have a screen of that size, in pixels, and that colour scheme."""
        self._ask("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", {"features": [scheme]})

    def open(self, url: str) -> None:
        self._ask("Page.navigate", {"url": url})

    def evaluate(self, expression: str) -> Any:
        """Return the JSON value of an expression, or of what it promises."""
        answer = self._ask("Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True})
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_until(self, expression: str) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.evaluate(expression):
            assert time.monotonic() < deadline, f"{expression} is still not true"
            time.sleep(0.05)

    def press(self, key: str) -> None:
        code = {"Tab": 9, "Enter": 13}[key]
        for kind in ("rawKeyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code})

    def picture(self, path: Path) -> None:
        """Write the whole page as PNG."""
        shot = self._ask("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})
        path.write_bytes(base64.b64decode(shot["data"]))

    def _ask(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        self._last += 1
        session = {} if self._session is None else {"sessionId": self._session}
        os.write(self._commands, json.dumps({"id": self._last, "method": method, "params": params, **session}).encode() + b"\0")
        while (message := self._message()).get("id") != self._last:
            self._note(message)
        assert "error" not in message, message
        result: dict[str, Any] = message["result"]
        return result

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            part = os.read(self._answers, 1 << 16)
            assert part, "Chromium has ended"
            self._unread += part
        text, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message

    def _note(self, message: Mapping[str, Any]) -> None:
        params = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.complaints.append(str(params["exceptionDetails"]))
            case "Log.entryAdded" if params["entry"]["level"] in ("error", "warning"):
                self.complaints.append(params["entry"]["text"])
            case "Page.javascriptDialogOpening":
                self.complaints.append(f"a dialog: {params['message']}")


@contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    """Start a browser with a profile of its own; skips the test where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(NAMES)} on PATH; a page is only seen in a real browser")
    (command_out, commands), (answers, answer_in) = os.pipe(), os.pipe()
    launch = (sys.executable, "-c", LAUNCH, str(command_out), str(answer_in), found, *OPTIONS, f"--user-data-dir={profile}")
    process = subprocess.Popen(launch, pass_fds=(command_out, answer_in), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    os.close(command_out)
    os.close(answer_in)
    try:
        page = Page(commands, answers)
        page.attach()
        yield page
    finally:
        os.close(commands)
        os.close(answers)
        process.terminate()
        process.wait(PATIENCE_SECONDS)
