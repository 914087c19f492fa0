"""The colours of every page and picture, light or dark as the reader's system."""

from importlib.resources import files


def palette() -> str:
    """Return a style sheet of custom properties (`--text`, `--error`, …), which sheets of pages and pictures count on."""
    return files("aem_mail.text").joinpath("palette.css").read_text(encoding="utf-8")
