"""The Go toolchain of this machine: is it good enough, and what does its failure mean."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.engine.versions import Version, parse_version

_SWITCHES_SINCE = Version(1, 21)


@dataclass(frozen=True)
class Go:
    """A Go toolchain and those of its settings that matter here."""

    executable: Path
    version: Version | None
    toolchain: str
    module_cache: Path
    build_cache: Path
    host_os: str
    host_arch: str


def find_go(environ: Mapping[str, str]) -> Go | None:
    """Ask the `go` on PATH about itself; None if there is none that works."""
    executable = shutil.which("go", path=environ.get("PATH"))
    if executable is None:
        return None
    names = ["GOVERSION", "GOTOOLCHAIN", "GOMODCACHE", "GOCACHE", "GOHOSTOS", "GOHOSTARCH"]
    # Outside of a module, so that an old Go answers for itself instead of switching or refusing.
    answer = subprocess.run([executable, "env", "-json", *names], cwd="/", env=environ, capture_output=True, text=True, check=False)  # noqa: S603 - go
    if answer.returncode != 0:
        return None
    values: dict[str, str] = json.loads(answer.stdout)
    return Go(
        executable=Path(executable),
        version=parse_version(values["GOVERSION"]),
        toolchain=values["GOTOOLCHAIN"],
        module_cache=Path(values["GOMODCACHE"]),
        build_cache=Path(values["GOCACHE"]),
        host_os=values["GOHOSTOS"],
        host_arch=values["GOHOSTARCH"],
    )


def objection(go: Go | None, oldest: Version) -> str | None:
    """Say why this Go cannot build the engine; None if it can, if need be by fetching a newer toolchain itself."""
    if go is None:
        return f"there is no working go on PATH; Go {oldest} or newer is needed"
    if go.version is None:
        return f"{go.executable} does not tell its version; Go {oldest} or newer is needed"
    if go.version >= oldest:
        return None
    if go.version >= _SWITCHES_SINCE and go.toolchain != "local":
        return None
    return f"{go.executable} is version {go.version}; Go {oldest} or newer is needed"


def build_environment(environ: Mapping[str, str], go: Go) -> dict[str, str]:
    """The environment of a build that depends on the committed files only: no workspace, no C compiler, no flags of the user.

    The user's module proxy, and what else Go needs to reach it, stay.
    """
    fixed = {
        "CGO_ENABLED": "0",
        "GOARCH": go.host_arch,
        "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
        "GOOS": go.host_os,
        "GOWORK": "off",
    }
    return {**environ, **fixed}


_MEANINGS = (
    (
        ("no space left on device", "disk quota exceeded"),
        "The disk is full: free about 4 GB, or point GOMODCACHE and GOCACHE to a larger disk.",
    ),
    (
        ("checksum mismatch", "SECURITY ERROR"),
        "A module is not what the committed go.sum names: do not use this module proxy, or empty its cache.",
    ),
    (
        ("requires go >=", "toolchain not available", "invalid go version"),
        "Go is too old and could not fetch a newer toolchain: install a newer Go.",
    ),
    (
        ("dial tcp", "no such host", "i/o timeout", "proxyconnect", "module lookup disabled", "reading http", 'Get "http', "connection re"),
        "A Go module could not be fetched: set GOPROXY to a module proxy that is reachable from here.",
    ),
)


def meaning(output: str) -> str:
    """What the output of a failed build asks the user to do."""
    for signs, advice in _MEANINGS:
        if any(sign in output for sign in signs):
            return advice
    return "The last lines that Go printed are above this message."
