"""What the fallback is built from. The go.mod and go.sum files beside this one are the only place where a version is written down."""

import hashlib
import platform
import re
from pathlib import Path

from tools.engine.versions import Version, parse_version

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
CLI = HERE / "cli"
HOST = HERE / "host"

CLI_MODULE = "github.com/pulumi/pulumi/pkg/v3"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"

_SOURCES = ("*/go.mod", "*/go.sum", "cli/language-host/main.go", "pip/*.py", "build.py")


def required_version(go_mod: str, module: str) -> Version:
    """The version of a module that the text of a go.mod file requires; `go` is the version of Go itself."""
    match = re.search(rf"^\s*(?:require )?{re.escape(module)} (\S+)", go_mod, re.MULTILINE)
    version = parse_version(match[1]) if match else None
    if version is None:
        raise ValueError(f"go.mod does not require {module}")
    return version


def cli_version() -> Version:
    """The CLI that the fallback builds, and the oldest one that is accepted from elsewhere: the product is tested with no older one."""
    return required_version((CLI / "go.mod").read_text(), CLI_MODULE)


def go_version() -> Version:
    """The oldest Go that can build both modules."""
    return max(required_version((module / "go.mod").read_text(), "go") for module in (CLI, HOST))


def digest(contents: dict[str, bytes], machine: str) -> str:
    """Name a build by everything it depends on: the sources by name and content, and the kind of machine."""
    hasher = hashlib.sha256(machine.encode())
    for name, content in sorted(contents.items()):
        hasher.update(f"\0{name}\0{len(content)}\0".encode())
        hasher.update(content)
    return hasher.hexdigest()[:12]


def build_key() -> str:
    """The folder of this build in the cache, such as `build-3.259.0-0123456789ab`."""
    paths = [path for pattern in _SOURCES for path in HERE.glob(pattern)]
    # What is built does not depend on where this package is: a build from before it was under tools/ is as good.
    contents = {path.relative_to(HERE).as_posix(): path.read_bytes().replace(b"tools.engine", b"engine") for path in paths}
    return f"build-{cli_version()}-{digest(contents, f'{platform.system()} {platform.machine()}')}"
