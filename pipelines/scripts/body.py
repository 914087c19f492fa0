"""The body of a comment or an issue, no longer than the forge takes. Pure."""

CUT = "\n\n… cut here; the rest is in the run.\n"


def fitted(head: str, middle: str, foot: str, limit: int) -> str:
    """Join the parts; where they are longer than ``limit`` characters, the middle is cut."""
    room = limit - len(head) - len(foot)
    return head + (middle if len(middle) <= room else middle[: max(0, room - len(CUT))] + CUT) + foot
