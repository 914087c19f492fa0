"""What a run starts from: the stacks as they are recorded, and what they are judged by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from aem_mail.checks.ignores import Ignore
from aem_mail.checks.subject import ProjectFile
from aem_mail.errors import AemMailError
from aem_mail.stack.preview import Preview
from aem_mail.stack.recorded import RecordedResource, RecordedStack

ProjectFiles = Mapping[str, Mapping[str, ProjectFile]]
"""The mail's files of AEM projects: by the directory as OsgiConfig names it, then by their path below it."""


@dataclass(frozen=True, slots=True)
class StackState:
    """One stack of the run: what it has recorded, or why that could not be read; and its preview, where it was asked for."""

    name: str
    recorded: RecordedStack | AemMailError
    preview: Preview | AemMailError | None = None

    @property
    def resources(self) -> tuple[RecordedResource, ...]:
        """What it has recorded, what is left over of a replacement included."""
        return self.recorded.resources if isinstance(self.recorded, RecordedStack) else ()

    @property
    def components(self) -> tuple[RecordedResource, ...]:
        """Its MailEgress components."""
        return self.recorded.components if isinstance(self.recorded, RecordedStack) else ()

    @property
    def wanted(self) -> Preview | None:
        """The preview, where there is one."""
        return self.preview if isinstance(self.preview, Preview) else None


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """What a run is judged by: the absolute folder of Pulumi.yaml, the file of ignores, the day, and the AEM project's files.

    ``secrets`` are the values of secrets that are known here: no report shows one as what stands in another variable.
    """

    project: str
    today: date
    ignores: Sequence[Ignore] = ()
    files: ProjectFiles = field(default_factory=dict)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)


def declared_in(stacks: Iterable[StackState]) -> Mapping[str, Sequence[RecordedResource]]:
    """Return what each stack has, its components too, without what is left over of replacements."""
    return {state.name: [one for one in (*state.resources, *state.components) if not one.leftover] for state in stacks}
