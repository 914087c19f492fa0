"""Which kind of system this is, where that makes a difference."""

import os


def is_windows() -> bool:
    """Say whether this is Windows itself; WSL is Linux."""
    return os.name == "nt"
