"""The one error of this package."""


class EngineError(Exception):
    """The engine cannot be had; the text is one paragraph that says why and names the way out."""
