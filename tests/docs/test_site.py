"""The documentation as a web site: it is built without a warning, its links hold, it needs nothing from elsewhere, and it lacks nothing."""

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

import aem_mail
from tests.docs.markdown import REPOSITORY, pages
from tools.site.hooks import address

STRUCTURE: Final = ("h2", "h3", "li", "ol", "pre", "table", "td", "ul")
"""The elements of which each page has as many as on GitHub, since MkDocs has a parser of its own."""
LOADED: Final = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src"}
RELATIONS: Final = {"canonical", "next", "prev", "alternate"}
"""Of a link element: what is named and not loaded."""


@dataclass
class Rendered(HTMLParser):
    """What a page links, loads and can be linked by, and how often each element is in its article."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    elements: Counter[str] = field(default_factory=Counter)
    _in_article: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.update(given[name] for name in ("id", "name") if name in given)
        self.links.extend([given["href"]] if tag == "a" and "href" in given else [])
        if tag in LOADED and LOADED[tag] in given and given.get("rel") not in RELATIONS:
            self.loads.append(given[LOADED[tag]])
        self._in_article = self._in_article or tag == "article"
        self.elements[tag] += self._in_article

    def handle_endtag(self, tag: str) -> None:
        self._in_article = self._in_article and tag != "article"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--config-file", "tools/site/mkdocs.yml", "--site-dir", str(folder)]
    done = subprocess.run(
        command, cwd=REPOSITORY, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if line.startswith("WARNING")]) == (0, [])
    return folder


@pytest.fixture(scope="module")
def rendered(site: Path) -> dict[Path, Rendered]:
    return {path: read(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def read(html: str) -> Rendered:
    page = Rendered()
    page.feed(html)
    return page


def test_every_link_leads_to_a_page_and_a_place_on_it(site: Path, rendered: dict[Path, Rendered]) -> None:
    leading_nowhere = [
        f"{path.relative_to(site)}: {link}"
        for path, page in rendered.items()
        for link in page.links
        if not urlsplit(link).scheme and not leads(link, path, rendered) and path.name != "404.html"
    ]

    assert leading_nowhere == []


def leads(link: str, path: Path, rendered: dict[Path, Rendered]) -> bool:
    target, _, anchor = unquote(link).partition("#")
    there = (path.parent / target).resolve() if target else path
    there = there / "index.html" if there.is_dir() else there
    return there.exists() and (not anchor or there not in rendered or anchor in rendered[there].ids)


def test_nothing_is_loaded_from_elsewhere(site: Path, rendered: dict[Path, Rendered]) -> None:
    styles = [found for path in site.rglob("*.css") for found in re.findall(r"url\(([^)]*)\)|@import", path.read_text(encoding="utf-8"))]

    assert {load for page in rendered.values() for load in page.loads if urlsplit(load).scheme or load.startswith("//")} == set()
    assert [style for style in styles if "//" in style and not style.strip("'\"").startswith("data:")] == []


def test_every_page_is_there_and_built_as_on_github(site: Path, rendered: dict[Path, Rendered]) -> None:
    for page in pages():
        path = page.relative_to(REPOSITORY).as_posix()
        expected = read(f"<article>{cmarkgfm.github_flavored_markdown_to_html(page.read_text(encoding='utf-8'), Options.CMARK_OPT_UNSAFE)}")
        shown = rendered[site / address(path)].elements

        assert {name: shown[name] for name in STRUCTURE} == {name: expected.elements[name] for name in STRUCTURE}, path


def test_every_public_name_is_in_the_reference(rendered: dict[Path, Rendered]) -> None:
    described = {id_ for path, page in rendered.items() if path.parent.parent.name == "api" for id_ in page.ids}

    assert [name for name in aem_mail.__all__ if f"aem_mail.{name}" not in described] == []
    assert {"aem_mail.program.declare_environment", "aem_mail.variables.variables_from_file"} <= described
