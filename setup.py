"""What pyproject.toml cannot say by itself: the URLs, and README.md for a package index, both from `[tool.aem-mail] repository`."""

import re
import tomllib
from pathlib import Path

from setuptools import setup

HERE = Path(__file__).resolve().parent
PAGES = {"Changelog": "blob/v{}/CHANGELOG.md", "Documentation": "tree/v{}/docs", "Issues": "issues", "Security": "blob/v{}/SECURITY.md"}
FENCED = re.compile(r"(^```.*?^```)", re.MULTILINE | re.DOTALL)
RELATIVE = r"(?!https?:|mailto:)"
PICTURE = re.compile(rf"!\[([^\]]*)\]\({RELATIVE}([^)\s]+)\)")
LINK = re.compile(rf"(?<!!)\[((?:!\[[^\]]*\]\([^)]*\)|[^\[\]])*)\]\({RELATIVE}(#?)([^)\s]+)\)")
SOURCE = re.compile(rf'\b(src|srcset)="{RELATIVE}([^"]+)"')
REFERENCE = re.compile(rf'\bhref="{RELATIVE}(#?)([^"]+)"')
NOWHERE = re.compile(rf'<(?:img|source)\b[^>]*\b(?:src|srcset)="{RELATIVE}[^>]*>|<a\b[^>]*\bhref="{RELATIVE}[^>]*>')


def urls(repository: str | None, version: str) -> dict[str, str]:
    """Return the URLs of a release; none where nobody has said where the project lives."""
    if repository is None:
        return {}
    return {"Homepage": repository, "Source": repository, **{name: f"{repository}/{path.format(version)}" for name, path in PAGES.items()}}


def for_an_index(page: str, repository: str | None, version: str) -> str:
    """Return README.md whose links and pictures lead into the repository as of this version; where there is none, a link is its text."""
    at = None if repository is None else (f"{repository}/blob/v{version}/", f"{repository}/raw/v{version}/")
    parts = FENCED.split(page)
    return "".join(part if number % 2 else _prose(part, at) for number, part in enumerate(parts))


def _prose(text: str, at: tuple[str, str] | None) -> str:
    if at is None:
        return NOWHERE.sub("", LINK.sub(r"\1", PICTURE.sub(r"\1", text)))
    pages, pictures = at
    text = SOURCE.sub(rf'\1="{pictures}\2"', PICTURE.sub(rf"![\1]({pictures}\2)", text))
    text = LINK.sub(lambda found: f"[{found[1]}]({_page(pages, *found.group(2, 3))})", text)
    return REFERENCE.sub(lambda found: f'href="{_page(pages, *found.group(1, 2))}"', text)


def _page(pages: str, mark: str, target: str) -> str:
    return f"{pages}README.md#{target}" if mark else f"{pages}{target}"


def main() -> None:
    """Set up the package."""
    settings = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
    repository, version = settings["tool"].get("aem-mail", {}).get("repository"), settings["project"]["version"]
    setup(
        long_description=for_an_index((HERE / "README.md").read_text(encoding="utf-8"), repository, version),
        long_description_content_type="text/markdown",
        project_urls=urls(repository, version),
    )


if __name__ == "__main__":
    main()
