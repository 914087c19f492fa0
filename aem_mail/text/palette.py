"""What pages and pictures look alike by: their colours, light or dark as the reader's system, and how every page begins."""

from importlib.resources import files


def palette() -> str:
    """Return a style sheet of custom properties (`--text`, `--error`, …), which sheets of pages and pictures count on."""
    return _sheet("palette.css")


def page() -> str:
    """Return a style sheet with what is the same in every page."""
    return _sheet("page.css")


def _sheet(name: str) -> str:
    return files("aem_mail.text").joinpath(name).read_text(encoding="utf-8")
