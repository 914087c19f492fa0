"""The body of a comment or an issue: no longer than the forge takes, and without commands for it. Pure."""

import re
from typing import Final

CUT: Final = "\n\n… cut here; the rest is in the run.\n"
COMMAND: Final = re.compile(r"^( {0,3})/", re.MULTILINE)
FENCE: Final = re.compile(r"^(`{3,}).*$", re.MULTILINE)


def fitted(head: str, middle: str, foot: str, limit: int) -> str:
    """Join the parts; where they are longer than ``limit`` characters, the middle is cut at the end of a line, and before a code block."""
    room = limit - len(head) - len(foot)
    inert = without_commands(middle)
    return head + (inert if len(inert) <= room else _whole_blocks(inert[: max(0, room - len(CUT))]) + CUT) + foot


def without_commands(markdown: str) -> str:
    """Keep GitLab from taking a line that begins with a slash for a quick action, which it would execute with the token's rights."""
    return COMMAND.sub(r"\1\\/", markdown)


def _whole_blocks(markdown: str) -> str:
    lines = markdown.rpartition("\n")[0]
    opened = None
    for found in FENCE.finditer(lines):
        if opened is None:
            opened = found
        elif found[0].strip() == opened[1]:
            opened = None
    return lines if opened is None else lines[: opened.start()]
