"""What all cases of one benchmark run share: its pace, its scratch folder, and the way to make projects."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.benchmarks.pace import Pace
from tools.benchmarks.programs import bare, mail, program
from tools.benchmarks.project import Project
from tools.benchmarks.simulated import Simulated, simulated


class Lab:
    """Makes projects and simulators; ``say`` tells what is being done."""

    def __init__(self, pace: Pace, scratch: Path, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.pace = pace
        self.say = say
        self._scratch = scratch
        self._environ = surroundings(environ, scratch)
        self._numbers = itertools.count(1)

    @property
    def environ(self) -> dict[str, str]:
        """The environment of the benchmark's commands, without any credential."""
        return dict(self._environ)

    def project(self, text: str, simulator: Simulated | None = None, environ: Mapping[str, str] | None = None) -> Project:
        """Return a new project with that program; a variable of ``environ`` that is empty is not set at all."""
        credentials = simulator.credentials if simulator else {}
        all_ = {**self._environ, **credentials, **(environ or {})}
        folder = self._scratch / f"project-{next(self._numbers)}"
        return Project(folder, {name: value for name, value in all_.items() if value}).program(text)

    @contextmanager
    def deployed(self, text: str, scale: float, environ: Mapping[str, str] | None = None) -> Iterator[tuple[Project, Simulated]]:
        """Return a project whose program is live already."""
        with simulated(scale) as simulator:
            project = self.project(text, simulator, environ)
            project.up()
            yield project, simulator

    def bare_up(self, resources: int) -> float:
        """Return the seconds of the first `pulumi up` of as many dynamic resources that do nothing."""
        return self.project(bare(resources)).up()

    def warm_up(self) -> None:
        """Let every module be compiled once, as an installation does, so that no case pays for it."""
        with self.deployed(program(mail()), scale=100_000):
            pass
        self.bare_up(1)


def surroundings(environ: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Return the engine's environment with a home, a passphrase and a cache of this run, and nothing of the user's stacks."""
    kept = {name: value for name, value in environ.items() if not name.startswith(("CLOUDMANAGER_", "AEM_MAIL_", "PULUMI_CONFIG"))}
    # Compiled modules are used, as anywhere else, but kept out of the checkout.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **kept,
        "PULUMI_HOME": str(scratch / "pulumi-home"),
        "PULUMI_CONFIG_PASSPHRASE": "benchmark",
        "PYTHONPYCACHEPREFIX": str(scratch / "bytecode"),
        "XDG_CACHE_HOME": str(scratch / "cache"),
    }
