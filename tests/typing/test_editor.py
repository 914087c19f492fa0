"""What an editor shows of an argument where it is written, as pyright's language server tells it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PROGRAM: Final = """from aem_mail import MailEgress, PortForward, PortForwardArgs
PortForward("a", program_id="1", environment_id="2", name="x", port_dest=465)
PortForward("b", PortForwardArgs("1", "2", "x", port_dest=465))
MailEgress("c", program_id="1", environment_id="2", smtp={"preset": "google"}, from_address="a@example.com")
"""
PORT_DEST: Final = "Its port."
PRESET: Final = "A mail server of docs/presets.md"


class LanguageServer:
    """Pyright's language server, which has one program open."""

    def __init__(self, folder: Path, sent: IO[bytes], received: IO[bytes]) -> None:
        self._sent, self._received = sent, received
        self._uri = (folder / "program.py").as_uri()
        root = {"uri": folder.as_uri(), "name": "project"}
        self._ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "workspaceFolders": [root], "capabilities": {}})
        self._send({"method": "initialized", "params": {}})
        document = {"uri": self._uri, "languageId": "python", "version": 1, "text": PROGRAM}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def hover(self, line: int, word: str) -> str:
        """Return what is shown where the mouse is on a word."""
        return json.dumps(self._ask("textDocument/hover", self._at(line, word)))

    def parameters(self, line: int, word: str) -> dict[str, str]:
        """Return what is shown of each parameter while a call is written."""
        told = self._ask("textDocument/signatureHelp", self._at(line, word))
        signature = told["signatures"][told["activeSignature"]]
        named = {str(one["label"]): json.dumps(one.get("documentation", "")) for one in signature["parameters"]}
        return {label.partition(":")[0]: documentation for label, documentation in named.items()}

    def _at(self, line: int, word: str) -> dict[str, Any]:
        place = {"line": line, "character": PROGRAM.splitlines()[line].index(word) + 1}
        return {"textDocument": {"uri": self._uri}, "position": place}

    def _ask(self, method: str, params: Any) -> Any:
        self._send({"id": method, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == method and "method" not in message:
                return message["result"]
            if "id" in message:
                items = message["params"].get("items") if message["method"] == "workspace/configuration" else None
                self._send({"id": message["id"], "result": items and [{"pythonPath": sys.executable} for _ in items]})

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._sent.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        self._sent.flush()

    def _next(self) -> dict[str, Any]:
        length = 0
        while line := self._received.readline().strip():
            if line.startswith(b"Content-Length: "):
                length = int(line.removeprefix(b"Content-Length: "))
        message: dict[str, Any] = json.loads(self._received.read(length))
        return message


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[LanguageServer]:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(REPOSITORY)]}))
    command = [sys.executable, "-c", "from basedpyright.langserver import main; main()", "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield LanguageServer(tmp_path, process.stdin, process.stdout)
        finally:
            process.kill()


def test_an_editor_shows_what_each_argument_means(editor: LanguageServer) -> None:
    assert PORT_DEST in editor.parameters(1, "465")["port_dest"]
    assert PORT_DEST in editor.hover(2, "port_dest")
    assert PRESET in editor.hover(3, "preset")
    assert f":param port_dest: {PORT_DEST}" in editor.hover(1, "PortForward(").replace("\\\\", "")
