"""The same job as it is done today, beside ours."""

from collections.abc import Callable, Iterator
from functools import partial

from tools.benchmarks.aio_client import AioClient, installed, missing_tools
from tools.benchmarks.by_hand import ByHand
from tools.benchmarks.lab import Lab
from tools.benchmarks.pace import COUNTED
from tools.benchmarks.programs import ENVIRONMENTS, environment, program, resources_in
from tools.benchmarks.row import Row
from tools.benchmarks.simulated import Simulated, simulated

LARGEST = 20
"""Rules; by hand, more of them only take proportionally longer."""


def today(lab: Lab) -> Iterator[Row]:
    """Rules and twice as many secrets: with Adobe's client and plain HTTP, one by one, and by one `pulumi up`.

    Seconds are of the simulator, where a change is so short that starting Pulumi shows; minutes are those of Cloud Manager.
    """
    missing = missing_tools()
    if missing:
        yield Row("today", "the job by hand", None, note=f"{' and '.join(missing)} not on PATH; Adobe's client needs Node.js")
        return
    folder = installed()
    for rules in (size for size in lab.pace.sizes if size <= LARGEST):
        lab.say(f"{rules} rules + {2 * rules} secrets, one by one")
        with simulated(COUNTED) as simulator:
            hand = ByHand(AioClient(folder, simulator.running))
            yield from _shown(simulator, rules, "one by one, with Adobe's client", partial(hand.up, rules, 2 * rules))
        with simulated(COUNTED) as simulator:
            yield from _shown(simulator, rules, "pulumi up", lab.project(program(_same(rules)), simulator).up)


def _same(rules: int) -> str:
    hosts = [f"{30000 + place} smtp.example.com" for place in range(rules)]
    return environment(ENVIRONMENTS[0], hosts, secrets=[f"SECRET_{place}=secret {place}" for place in range(2 * rules)])


def _shown(simulator: Simulated, rules: int, how: str, work: Callable[[], float]) -> Iterator[Row]:
    seconds, counts = simulator.counted(work)
    size = f"{rules} rules + {2 * rules} secrets"
    yield Row("today", f"{how}: changes, {size}", counts.changes)
    yield Row("today", f"{how}: in Cloud Manager, {size}", counts.minutes, "min")
    yield Row("today", how, seconds, "s", resources=resources_in(rules))
