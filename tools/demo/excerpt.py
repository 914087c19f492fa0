"""What matters in the output of a Pulumi command: pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

STEP: Final = re.compile(r"\s*[+~-] ")
UNFINISHED: Final = re.compile(r" \w+ing( \(\S+\))?( \[diff: .*\])?$")
UNCHANGED: Final = re.compile(r" refresh( \(\S+\))?$")
SECTION: Final = re.compile(r"(Diagnostics|Outputs|Resources):")
INDENTED: Final = ("Diagnostics", "Resources")
STACK: Final = "pulumi:pulumi:Stack"


def excerpt(lines: Iterable[str]) -> Iterator[str]:
    """Yield the finished steps and changed properties, the messages and the totals; not the stack's own row, nor its outputs."""
    section = ""
    for line in map(str.rstrip, lines):
        if found := SECTION.match(line):
            section = found[1]
        elif line and shown(line, section):
            yield line.removeprefix("    ") if section in INDENTED else line


def shown(line: str, section: str) -> bool:
    if section in INDENTED:
        return line.startswith("    ")
    return (
        section == "" and STEP.match(line) is not None and STACK not in line and not UNFINISHED.search(line) and not UNCHANGED.search(line)
    )
