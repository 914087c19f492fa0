"""The one thing that can go wrong in a story."""


class NotAsTold(Exception):
    """Something did not happen as the story tells it; the text is for the reader."""


def must(condition: object, otherwise: str) -> None:
    """Raise NotAsTold where ``condition`` does not hold."""
    if not condition:
        raise NotAsTold(otherwise)
