"""What could not be read: one finding for each read that failed, with what it leaves unknown."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from aem_mail.drift.differences import about
from aem_mail.drift.finding import DriftFinding
from aem_mail.drift.live import Source
from aem_mail.errors import AemMailError
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.model.drift_classes import DriftClass
from aem_mail.stack.recorded import PendingOperation, RecordedResource

THINGS: Mapping[str, str] = {
    "CloudManager": "Cloud Manager",
    "Environment": "environment",
    ADVANCED_NETWORKING.name: "advanced networking",
    "Variables": "variables",
    NETWORK_INFRASTRUCTURE.name: "network infrastructures",
    "Stack": "stack",
    "Preview": "preview",
}
NOTHING_IS_FOREIGN = "It may declare what no other stack does, so no rule or variable is called unmanaged."
INTERRUPTED = 30


@dataclass(slots=True)
class Failed:
    """A read that failed, and the resources that depend on it, with their stacks."""

    error: AemMailError
    names: list[str] = field(default_factory=list)
    stacks: set[str] = field(default_factory=set)


class Unknowns:
    """Gathers failed reads."""

    def __init__(self) -> None:
        self._failed: dict[Source, Failed] = {}

    def add(self, source: Source, error: AemMailError, stack: str, resource: RecordedResource) -> None:
        """Note that a resource depends on a read that failed."""
        failed = self._failed.setdefault(source, Failed(error))
        failed.names.append(resource.name)
        failed.stacks.add(stack)

    def findings(self) -> Iterator[DriftFinding]:
        """Yield one finding for each read."""
        for source, failed in self._failed.items():
            yield _finding(source, failed)


def unknown_stack(name: str, error: AemMailError, kind: str = "Stack") -> DriftFinding:
    """Return the finding of a stack whose state, or whose preview, could not be had."""
    message = _ended(str(error)) if kind == "Preview" else f"{_ended(str(error))} {NOTHING_IS_FOREIGN}"
    return DriftFinding(DriftClass.UNKNOWN, kind, name, f"{THINGS[kind]} {name}".strip(), message, name, exit_code=error.exit_code)


def interrupted(stack: str, pending: Iterable[PendingOperation]) -> Iterator[DriftFinding]:
    """Yield a finding for each operation that the last `pulumi up` began and never ended."""
    for one in pending:
        message = (
            f"The last `pulumi up` was interrupted while it was {one.operation} this, so what the state says of it is not certain: "
            "run `pulumi up`, which goes on with what it finds."
        )
        yield about(one.resource, DriftClass.UNKNOWN, message, stack=stack, exit_code=INTERRUPTED)


def _finding(source: Source, failed: Failed) -> DriftFinding:
    names = sorted(failed.names)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return DriftFinding(
        DriftClass.UNKNOWN,
        source.kind,
        source.id,
        THINGS.get(source.kind, source.id),
        f"{_ended(str(failed.error))} So it is unknown whether {', '.join(names[:5])}{more} drifted.",
        next(iter(failed.stacks)) if len(failed.stacks) == 1 else "",
        program_id=source.program_id,
        environment_id=source.environment_id,
        place=source.place,
        exit_code=failed.error.exit_code,
    )


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
