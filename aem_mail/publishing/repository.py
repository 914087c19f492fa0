"""One branch of the AEM project's repository, in a bare, shallow copy: read, commit, push. Nothing is ever checked out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from aem_mail.publishing.errors import RepositoryUnusable
from aem_mail.publishing.failures import REJECTED, failure
from aem_mail.publishing.git import Git, GitError
from aem_mail.publishing.request import BranchAddress

REMOTE: Final = "aem-project"
"""Not origin, so that nothing that a user has configured for every origin applies."""

BASE: Final = "refs/publishing/base"
REGULAR: Final = ("100644", "100755")
AUTHOR: Final = re.compile(r"(?P<name>[^<>\n]*?) *<(?P<email>[^<>\s]*)>")


class Overtaken(Exception):
    """Somebody else's push came first; what was to be pushed has to be made again on top of it."""


class BranchAbsent(Exception):
    """The repository answered, and has no such branch."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """What lies at a path of a commit: Git's mode and the object's name."""

    mode: str
    object_name: str


class Branch:
    """The branch of ``place``, copied into the folder of ``git``; made with `opened`."""

    def __init__(self, place: BranchAddress, git: Git) -> None:
        self.place = place
        self._git = git

    @classmethod
    def opened(cls, place: BranchAddress, address: str, git: Git) -> "Branch":
        """Make the copy's folder a repository that knows the other one by its ``address``; nothing is fetched yet."""
        git.run("init", "--quiet", "--bare", "--template=")
        git.run("remote", "add", REMOTE, address)
        return cls(place, git)

    def fetch(self) -> str:
        """Fetch the branch's last commit and return its name.

        Raises BranchAbsent, and AemMailError where the repository is out of reach.
        """
        reference = f"+refs/heads/{self.place.branch}:{BASE}"
        try:
            self._git.run("fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none", REMOTE, reference)
        except GitError as error:
            if "couldn't find remote ref" in error.text:
                raise BranchAbsent from None
            raise failure(self.place, "read", error.text) from None
        return self._git.word("rev-parse", BASE)

    def branches(self) -> list[str]:
        """Name the repository's branches; one whose name repeats a part of the password is named by the mask."""
        listed = self._git.run("ls-remote", "--heads", REMOTE).decode("utf-8", "replace")
        mask = self._git.mask or str
        return sorted(mask(line.partition("\trefs/heads/")[2]) for line in listed.splitlines())

    def contents(self, commit: str, paths: Iterable[str]) -> dict[str, bytes]:
        """Return the content of those files that a commit has; raises RepositoryUnusable for what no file can be written to."""
        found = {}
        for path in paths:
            entry = self._entry(commit, path)
            if entry is not None:
                found[path] = self._git.run("cat-file", "blob", entry.object_name)
        return found

    def commit(self, base: str, files: Mapping[str, bytes | None], author: str, message: str) -> str:
        """Make a commit on top of ``base`` that has these files (None: has it no more), all others as they are; return its name."""
        self._git.run("read-tree", base)
        lines = [self._index_line(base, path, content) for path, content in files.items()]
        self._git.run("update-index", "-z", "--index-info", stdin=b"".join(lines))
        self._refuse_filters([path for path, content in files.items() if content is not None])
        tree = self._git.word("write-tree")
        return _with_author(self._git, author).word("commit-tree", tree, "-p", base, "-F", "-", stdin=message.encode())

    def push(self, commit: str) -> None:
        """Add the commit to the branch, never by force; raises Overtaken where the branch has moved, else AemMailError."""
        try:
            self._git.run("push", "--porcelain", "--no-verify", REMOTE, f"{commit}:refs/heads/{self.place.branch}")
        except GitError as error:
            if REJECTED.search(error.text):
                raise Overtaken from None
            raise failure(self.place, "write to", error.text) from None

    def _entry(self, commit: str, path: str) -> TreeEntry | None:
        parts = path.split("/")
        ancestors = ["/".join(parts[:count]) for count in range(1, len(parts))]
        listed = self._git.run("ls-tree", "-t", "-z", "--full-tree", commit, "--", *ancestors, path).decode("utf-8", "replace")
        entries = dict(map(_parsed, filter(None, listed.split("\0"))))
        for ancestor in ancestors:
            if ancestor in entries and entries[ancestor].mode != "040000":
                raise RepositoryUnusable(self._in_the_way(path, ancestor, entries[ancestor].mode))
        entry = entries.get(path)
        if entry is not None and entry.mode not in REGULAR:
            raise RepositoryUnusable(self._in_the_way(path, path, entry.mode))
        return entry

    def _in_the_way(self, path: str, at: str, mode: str) -> str:
        what = {"120000": "a symbolic link", "160000": "a submodule", "040000": "a folder"}.get(mode, "a file")
        return (
            f"PublishedConfiguration: {path} cannot be written to {self.place}, because {at} is {what} there; "
            "name the real folder of the OSGi configurations as directory. Nothing was pushed."
        )

    def _index_line(self, base: str, path: str, content: bytes | None) -> bytes:
        if content is None:
            return f"0 {'0' * 40}\t{path}\0".encode()
        blob = self._git.word("hash-object", "-w", "--stdin", stdin=content)
        entry = self._entry(base, path)
        return f"{entry.mode if entry else REGULAR[0]} {blob}\t{path}\0".encode()

    def _refuse_filters(self, paths: list[str]) -> None:
        """A filter such as LFS would have every checkout read a file that was committed without it as damaged."""
        if not paths:
            return
        attributes = self._git.run("check-attr", "-z", "--cached", "filter", "--", *paths).decode("utf-8", "replace").split("\0")
        for path, value in zip(attributes[0::3], attributes[2::3], strict=False):
            if value not in ("unspecified", "unset"):
                raise RepositoryUnusable(
                    f"PublishedConfiguration: .gitattributes on {self.place} puts {path} under the filter {value!r}, and AEM needs "
                    f"the file itself; add `*.cfg.json -filter` there. Nothing was pushed."
                )


def _with_author(git: Git, author: str) -> Git:
    parts = AUTHOR.fullmatch(author)
    name, email = (parts["name"], parts["email"]) if parts else (author, "")
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", name), ("EMAIL", email))}
    return replace(git, environ={**git.environ, **who})


def _parsed(line: str) -> tuple[str, TreeEntry]:
    description, _, path = line.partition("\t")
    mode, _, object_name = description.split(" ")
    return path, TreeEntry(mode, object_name)
