"""One declaration over its life: what each run is asked, what it answered, and what it said."""

from dataclasses import replace
from typing import Any

from aem_mail.publishing.publish import publish, withdraw
from aem_mail.publishing.request import BranchAddress, Purpose, Record, Request
from tests.publishing.origin import FILE, Origin

CONTENT = '{\n  "smtp.host": "$[env:AEM_PROXY_HOST;default=proxy.tunnel]",\n  "smtp.port": "30465"\n}\n'
CHANGED = CONTENT.replace("30465", "30587")
SUBJECT = "Configure e-mail of environment 20001 (stack dev)"


class Publisher:
    """Publishes one file to ``origin``; ``said`` is what the last run told people."""

    def __init__(self, origin: Origin, **arguments: Any) -> None:
        purpose = Purpose("wknd-mail", "dev", "10001", "20001")
        self.request = Request(BranchAddress(str(origin.path), "main"), {FILE: CONTENT}, purpose, "Mail bot <bot@example.com>", **arguments)
        self.record: Record | None = None
        self.said = ""

    def with_request(self, **arguments: Any) -> "Publisher":
        self.request = replace(self.request, **arguments)
        return self

    def up(self, content: str | None = None, **arguments: Any) -> Record:
        """Publish; a content, or other arguments, is what is declared from now on."""
        if content is not None:
            arguments["files"] = {FILE: content}
        self.with_request(**arguments)
        lines: list[str] = []
        self.record = publish(self.request, self.record, lines.append)
        self.said = "\n".join(lines)
        return self.record

    def destroy(self, declared_elsewhere: frozenset[str] = frozenset()) -> None:
        lines: list[str] = []
        assert self.record is not None
        withdraw(self.record, self.request, declared_elsewhere, lines.append)
        self.said = "\n".join(lines)
