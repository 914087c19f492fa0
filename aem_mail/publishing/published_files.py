"""The files that a stack publishes: which request of its commands has one, and what the branch has of it."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aem_mail.errors import InvalidInput
from aem_mail.publishing.failures import absent
from aem_mail.publishing.opening import opened
from aem_mail.publishing.repository import BranchAbsent
from aem_mail.publishing.request import Request


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file that a request publishes, by its path in the repository; ``urn`` is the command's."""

    urn: str
    request: Request
    path: str

    def __str__(self) -> str:
        return f"{self.path} on {self.request.place}"

    def read(self, project: Path) -> str | None:
        """Return what the branch has, None where it has no such file; ``project`` is the folder of Pulumi.yaml.

        Raises AemMailError where the repository cannot be read.
        """
        with opened(self.request.place, self.request, project) as branch:
            try:
                found = branch.contents(branch.fetch(), [self.path])
            except BranchAbsent:
                raise absent(branch.place, branch.branches()) from None
        return found[self.path].decode("utf-8", "surrogateescape") if self.path in found else None


def published_file(id_: str, requests: Mapping[str, str]) -> PublishedFile | None:
    """Return where an OsgiConfig of that id is published, by its folder and name; None where no request does so.

    ``requests`` are the texts that the stack's commands get, by their URNs; what is no request to publish is passed over.
    """
    name = "/".join(id_.split("/")[-2:])
    return next((one for one in _files(requests) if one.path.endswith(f"/{name}")), None)


def _files(requests: Mapping[str, str]) -> Iterator[PublishedFile]:
    for urn, text in requests.items():
        with suppress(InvalidInput):
            request = Request.from_json(text)
            yield from (PublishedFile(urn, request, path) for path in request.files)
