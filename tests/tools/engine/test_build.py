from pathlib import Path

import pytest

from tools.engine import pins
from tools.engine.build import build
from tools.engine.errors import EngineError

GO = """#!/bin/sh
test "$1" = env && echo '{{"GOVERSION": "go{version}", "GOTOOLCHAIN": "local", "GOMODCACHE": "{cache}", "GOCACHE": "{cache}", \
"GOHOSTOS": "linux", "GOHOSTARCH": "amd64"}}' && exit 0
echo built >> "{ran}"
exit 1
"""


def test_a_build_says_that_it_takes_minutes_before_it_begins(tmp_path: Path) -> None:
    ran, said = tmp_path / "ran", list[tuple[str, bool]]()
    (tmp_path / "cache").mkdir()
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text(GO.format(version=pins.go_version(), cache=tmp_path / "cache", ran=ran))
    go.chmod(0o755)

    with pytest.raises(EngineError, match="Building the engine failed"):
        build(tmp_path / "cache" / "build", {"PATH": f"{go.parent}:/bin:/usr/bin"}, lambda text: said.append((text, ran.exists())))

    text, began = said[0]
    assert f"building Pulumi {pins.cli_version()} from its Go modules: once, about 5 minutes" in text
    assert not began
    assert ran.exists()
