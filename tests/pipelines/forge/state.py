"""What the stand-in keeps."""

from dataclasses import dataclass, field
from typing import Any

LONGEST_GITHUB_BODY = 65_536


@dataclass(frozen=True)
class Token:
    """Whose token it is, and what it may do: ``read`` and ``write`` of ``comments`` and ``issues``."""

    login: str
    user_id: int
    may: frozenset[str]

    @classmethod
    def of(cls, login: str, user_id: int, *may: str) -> "Token":
        return cls(login, user_id, frozenset(may))


@dataclass
class Post:
    """A comment or an issue."""

    id: int
    author: Token
    body: str
    title: str = ""
    label: str = ""
    state: str = "open"


@dataclass
class ForgeState:
    """Comments by number of their pull request or issue, issues, merged changes by commit; what happens next, and what happened."""

    tokens: dict[str, Token] = field(default_factory=dict)
    changes: set[int] = field(default_factory=lambda: {7})
    comments: dict[int, list[Post]] = field(default_factory=dict)
    issues: dict[int, Post] = field(default_factory=dict)
    merged: dict[str, list[int]] = field(default_factory=dict)
    page_size: int = 100
    faults: list[int] = field(default_factory=list)
    """Status codes that the next requests are answered with; a negative one is answered after the request took effect."""
    requests: list[str] = field(default_factory=list)
    _last: int = 1000

    def comment(self, number: int, author: Token, body: str) -> Post:
        post = Post(self.next_id(), author, body)
        self.comments.setdefault(number, []).append(post)
        return post

    def issue(self, author: Token, title: str, body: str, label: str) -> Post:
        post = Post(self.next_id(), author, body, title, label)
        self.issues[post.id] = post
        return post

    def find_comment(self, comment: int) -> Post | None:
        return next((post for posts in self.comments.values() for post in posts if post.id == comment), None)

    def remove_comment(self, comment: int) -> None:
        for posts in self.comments.values():
            posts[:] = [post for post in posts if post.id != comment]

    def next_id(self) -> int:
        self._last += 1
        return self._last

    def page(self, entries: list[Any], number: int, wanted: int) -> tuple[list[Any], bool]:
        """Return one page, and whether there are more."""
        size = min(wanted, self.page_size)
        return entries[(number - 1) * size : number * size], number * size < len(entries)
