"""How many files of aem_mail one PortForward enters on its way from the provider's create to HTTP: `python -m tools.files_of_a_create`.

Counted with everything open already (connection, token, the environment's queues), since that is what one reads to follow a change.
"""

import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any, Final

import aem_mail
from aem_mail.resources.advanced_networking import AdvancedNetworkingProvider
from aem_mail.resources.base.plugin import Run, begin
from aem_mail.resources.base.provider import Provider
from aem_mail.resources.port_forward import PortForwardProvider
from aem_mail.simulator.server import Running, running_simulator

BOUND: Final = 34
PACKAGE: Final = Path(str(aem_mail.__file__)).parent
ENVIRONMENT: Final = {"program_id": "1", "environment_id": "2"}
RULE: Final = {**ENVIRONMENT, "name": "smtp.example.com", "port_dest": 465.0, "port_orig": 30465.0, "logical_name": "rule"}
SEED: Final = {
    "programs": {
        "1": {
            "name": "p",
            "region": "va7",
            "infrastructures": [{"kind": "flexiblePortEgress", "region": "va7"}],
            "environments": {"2": {"name": "e", "type": "dev", "region": "va7"}},
        }
    }
}
SCALE: Final = 1500
"""A change of ten minutes lasts long enough to be waited for, so that progress is shown too."""
IDLE: Final = 1.0
"""Seconds after which the thread that gathers has ended, so that the next one is counted from its first call."""


class Entered:
    """The functions that are called, by their files."""

    def __init__(self) -> None:
        self.functions: dict[Path, set[str]] = {}

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        file = Path(frame.f_code.co_filename)
        if event == "call" and file.is_relative_to(PACKAGE) and "simulator" not in file.parts:
            self.functions.setdefault(file.relative_to(PACKAGE), set()).add(frame.f_code.co_qualname)

    def watch(self, provider: Provider, inputs: dict[str, Any]) -> None:
        """Take note of what a create enters, in every thread that it starts."""
        threading.setprofile(self)
        sys.setprofile(self)
        try:
            provider.create(inputs)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)


def entered() -> dict[Path, set[str]]:
    """Return the functions that one create enters, by their files."""
    with tempfile.TemporaryDirectory() as cache, running_simulator(time_scale=SCALE, seed=SEED) as simulator:
        os.environ["XDG_CACHE_HOME"] = cache
        begin(Run(configuration_of(simulator)))
        create(AdvancedNetworkingProvider(), {**ENVIRONMENT, "logical_name": "networking"})
        time.sleep(IDLE)
        watch = Entered()
        watch.watch(PortForwardProvider(), dict(PortForwardProvider().check({}, RULE).inputs))
        return watch.functions


def create(provider: Provider, inputs: dict[str, Any]) -> None:
    provider.create(dict(provider.check({}, inputs).inputs))


def configuration_of(simulator: Running) -> dict[str, str]:
    """Return what a stack configures to talk to a simulator."""
    account = {"orgId": simulator.org_id, "clientId": simulator.client_id, "clientSecret": simulator.client_secret}
    return {"baseUrl": simulator.url, "imsUrl": simulator.url, **account}


def main() -> int:
    functions = entered()
    for file, names in sorted(functions.items()):
        print(f"{len(names):4} {file}")
    print(f"{len(functions)} files and {sum(map(len, functions.values()))} functions; at most {BOUND} files")
    return 0 if len(functions) <= BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
