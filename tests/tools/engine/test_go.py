import os
from dataclasses import replace
from pathlib import Path

import pytest

from tools.engine.disk import refuse_a_full_disk
from tools.engine.errors import EngineError
from tools.engine.go import Go, build_environment, find_go, meaning, objection
from tools.engine.versions import Version

OLDEST = Version(1, 25, 11)
GO = Go(Path("/opt/go/bin/go"), OLDEST, "local", Path("/m"), Path("/b"), "linux", "arm64")


@pytest.mark.parametrize(
    ("go", "said"),
    [
        (None, "there is no working go on PATH; Go 1.25.11 or newer is needed"),
        (replace(GO, version=None), "/opt/go/bin/go does not tell its version; Go 1.25.11 or newer is needed"),
        (replace(GO, version=Version(1, 24, 9)), "/opt/go/bin/go is version 1.24.9; Go 1.25.11 or newer is needed"),
        (replace(GO, version=Version(1, 19, 8), toolchain="auto"), "/opt/go/bin/go is version 1.19.8; Go 1.25.11 or newer is needed"),
    ],
)
def test_a_go_that_cannot_build_the_engine_is_refused_with_its_reason(go: Go | None, said: str) -> None:
    assert objection(go, OLDEST) == said


@pytest.mark.parametrize("go", [GO, replace(GO, version=Version(1, 26)), replace(GO, version=Version(1, 21, 3), toolchain="auto")])
def test_a_go_that_is_new_enough_or_can_fetch_a_newer_one_is_accepted(go: Go) -> None:
    assert objection(go, OLDEST) is None


def test_no_go_is_found_where_there_is_none(tmp_path: Path) -> None:
    assert find_go({"PATH": str(tmp_path)}) is None


def test_a_go_that_fails_is_none(tmp_path: Path) -> None:
    (tmp_path / "go").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "go").chmod(0o755)

    assert find_go({"PATH": str(tmp_path)}) is None


def test_the_go_of_this_machine_tells_where_its_caches_are(tmp_path: Path) -> None:
    go = find_go({**os.environ, "GOMODCACHE": str(tmp_path / "m"), "GOCACHE": str(tmp_path / "b")})

    if go is None:
        pytest.skip("this machine has no Go")
    assert (go.module_cache, go.build_cache) == (tmp_path / "m", tmp_path / "b")
    assert go.version is not None


def test_a_build_keeps_the_users_module_proxy_but_not_the_flags() -> None:
    environ = build_environment({"GOPROXY": "https://proxy.test", "GOFLAGS": "-mod=vendor", "GOOS": "plan9", "GOWORK": "/w"}, GO)

    assert environ["GOPROXY"] == "https://proxy.test"
    assert "vendor" not in environ["GOFLAGS"]
    assert (environ["GOOS"], environ["GOARCH"], environ["GOWORK"], environ["CGO_ENABLED"]) == ("linux", "arm64", "off", "0")


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("compile: writing output: write /b/x: no space left on device", "The disk is full"),
        ("verifying example.org/m@v1.0.0: checksum mismatch\n\nSECURITY ERROR", "not what the committed go.sum names"),
        ("go: go.mod requires go >= 1.25.11 (running go 1.24.0; GOTOOLCHAIN=local)", "install a newer Go"),
        ('m@v1.0.0: Get "https://proxy.test/m/@v/v1.0.0.mod": dial tcp: lookup proxy.test: no such host', "set GOPROXY"),
        ("m@v1.0.0: reading https://proxy.test/m/@v/v1.0.0.zip: 404 Not Found", "set GOPROXY"),
        ("module lookup disabled by GOPROXY=off", "set GOPROXY"),
        ("something new", "The last lines that Go printed are above this message."),
    ],
)
def test_a_failed_build_names_the_way_out(output: str, advice: str) -> None:
    assert advice in meaning(output)


def test_a_disk_with_too_little_room_is_refused_before_the_build(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"needs 2000000000\.0 GB of disk below .* Free some"):
        refuse_a_full_disk({tmp_path / "not" / "yet": 10**18, tmp_path: 10**18})


def test_a_disk_with_enough_room_is_accepted(tmp_path: Path) -> None:
    refuse_a_full_disk({tmp_path / "not" / "yet": 1, tmp_path: 1})
