"""Build the engine from Pulumi's own Go modules."""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from tools.engine import go, pins
from tools.engine.cache import Say, published
from tools.engine.commands import CommandFailed, run_long
from tools.engine.disk import refuse_a_full_disk
from tools.engine.errors import EngineError

_HOST_PACKAGE = f"{pins.SDK_MODULE}/python/cmd/pulumi-language-python"
_VERSION_VARIABLE = f"{pins.SDK_MODULE}/go/common/version.Version"


def build(target: Path, environ: Mapping[str, str], say: Say) -> None:
    """Build CLI and Python host into `target`, whose `bin` then belongs first on PATH.

    Raises EngineError: no Go, a Go too old, no disk, no module proxy, or a build that fails.
    """
    toolchain = go.find_go(environ)
    problem = go.objection(toolchain, pins.go_version())
    if toolchain is None or problem is not None:
        raise EngineError(f"{problem}. Install Go from your system's packages or from go.dev/dl")
    warm = (toolchain.module_cache / f"{pins.CLI_MODULE}@v{pins.cli_version()}").is_dir()
    refuse_a_full_disk(_space_needed(toolchain, target.parent, warm=warm))

    say(f"building Pulumi {pins.cli_version()} from its Go modules: once, about 5 minutes on two cores")
    with published(target) as folder:
        _Builder(toolchain, folder, go.build_environment(environ, toolchain), say).build_all()


def _space_needed(toolchain: go.Go, cache: Path, *, warm: bool) -> dict[Path, int]:
    result = {cache: 250_000_000}
    return result if warm else {**result, toolchain.module_cache: 1_700_000_000, toolchain.build_cache: 1_700_000_000}


class _Builder:
    def __init__(self, toolchain: go.Go, folder: Path, environ: Mapping[str, str], say: Say) -> None:
        self._go = toolchain.executable
        self._environ = environ
        self._say = say
        self._started = time.monotonic()
        self._bin = folder / "bin"
        self._libexec = folder / "libexec"

    def build_all(self) -> None:
        # Our own language host bears the name that the CLI looks for; the real one is started by it.
        self._compile(f"{pins.CLI_MODULE}/cmd/pulumi", pins.CLI, self._bin / "pulumi", f"-X {_VERSION_VARIABLE}=v{pins.cli_version()}")
        self._compile("./language-host", pins.CLI, self._bin / "pulumi-language-python")
        self._compile(_HOST_PACKAGE, pins.HOST, self._libexec / "pulumi-language-python")
        sdk = Path(self._run("list", "-m", "-f", "{{.Dir}}", pins.SDK_MODULE, module=pins.CLI).strip())
        _copy_script(sdk / "python/cmd/pulumi-language-python-exec", self._libexec)
        _copy_script(sdk / "python/dist/pulumi-resource-pulumi-python", self._bin)
        shutil.copytree(pins.HERE / "pip", self._libexec / "pip-stand-in" / "pip", ignore=shutil.ignore_patterns("__pycache__"))
        self._say(f"built in {self._elapsed()}")

    def _compile(self, package: str, module: Path, executable: Path, link_flags: str = "") -> None:
        self._run("build", "-o", str(executable), "-ldflags", f"-s -w {link_flags}", package, module=module)

    def _run(self, *arguments: str, module: Path) -> str:
        def on_tick() -> None:
            self._say(f"still building, {self._elapsed()} so far")

        try:
            return run_long([self._go, *arguments], folder=module, environ=self._environ, on_tick=on_tick)
        except CommandFailed as failure:
            output = str(failure)
            self._say("go failed:\n" + "\n".join(output.splitlines()[-10:]))
            raise EngineError(f"Building the engine failed. {go.meaning(output)}") from failure

    def _elapsed(self) -> str:
        minutes, seconds = divmod(round(time.monotonic() - self._started), 60)
        return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _copy_script(source: Path, folder: Path) -> None:
    # Modules are unpacked without run bits.
    copy = shutil.copyfile(source, folder / source.name)
    copy.chmod(0o755)
