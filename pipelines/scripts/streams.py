"""Standard output that is full, or whose reader has gone: one line or none, and no traceback."""

from __future__ import annotations

import os
import sys
from pathlib import Path

LOST = 1
"""Exit code where not all that was printed was taken."""


def is_all_out() -> bool:
    """Write what was printed and not yet written; False, with one line unless its reader has gone, where that is not taken."""
    if sys.stdout is None:
        return True
    try:
        sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            print(f"Standard output cannot be written: {error.strerror}.", file=sys.stderr)
        # Python tries once more at its end, and complains.
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        return False
    return True
