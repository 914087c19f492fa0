"""A command `pulumi` that plays what the engine printed: for the ways in which it can end, which are slow or hard to bring about."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """#!{python} -I
import json, os, pathlib, sys
folder = pathlib.Path({folder!r})
said = json.loads((folder / "answers.json").read_text())
with (folder / "calls.jsonl").open("a") as calls:
    streaming = os.environ.get("PULUMI_ENABLE_STREAMING_JSON_PREVIEW")
    calls.write(json.dumps({{"argv": sys.argv[1:], "cwd": os.getcwd(), "streaming": streaming}}) + "\\n")
told = [" ".join(sys.argv[1:end]) for end in range(len(sys.argv), 1, -1)]
answer = next(said[words] for words in told if words in said)
for argument in sys.argv:
    if argument.startswith("--save-plan=") and "plan" in answer:
        pathlib.Path(argument.partition("=")[2]).write_text(json.dumps(answer["plan"]))
sys.stdout.write(answer.get("stdout", ""))
sys.stderr.write(answer.get("stderr", ""))
sys.exit(answer.get("code", 0))
"""


@dataclass(frozen=True)
class PulumiStandIn:
    """What is first on PATH as ``pulumi``; ``answers`` are by subcommand."""

    folder: Path

    def answers(self, subcommand: str, **answer: Any) -> None:
        """Let a subcommand print ``stdout`` and ``stderr``, save ``plan`` and end with ``code``.

        ``subcommand`` may have further words, such as ``stack export --stack=dev``: the most that agree are taken.
        """
        path = self.folder / "answers.json"
        said = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**said, subcommand: answer}))

    def calls(self) -> list[dict[str, Any]]:
        """Return argv, cwd and the streaming variable of each call so far."""
        path = self.folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiStandIn:
    """Put a stand-in first on PATH."""
    folder.mkdir()
    script = folder / "pulumi"
    script.write_text(SCRIPT.format(python=sys.executable, folder=str(folder)))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return PulumiStandIn(folder)
