"""What ends a benchmark."""


class Broken(Exception):
    """Something did not work at all, so that there is nothing to measure; the text says what."""
