"""What MkDocs asks while it builds: which pages there are, and where their links lead."""

import posixpath
import re
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import aem_mail

CHECKOUT: Final = Path(__file__).resolve().parents[2]
BESIDE_DOCS: Final = {
    "README.md": "start",
    "CHANGELOG.md": "changes",
    "SECURITY.md": "security",
    "ARCHITECTURE.md": "architecture",
    "CONTRIBUTING.md": "contributing",
    "tools/engine/README.md": "engine",
    "tools/benchmarks/README.md": "benchmark",
    "tests/soak/README.md": "soak",
}
"""The pages that do not lie in docs/, with their folders in the site."""
ALONE: Final = ("docs/index.md", "README.md")
"""The pages that are a section of their own, so that there is nothing to list beside them."""
PARTS_OF_MAIL: Final = ("MailEgress", "MailEgressArgs", "Smtp", "Former", "Egress", "OAuth", "Osgi")
API: Final = {
    "mail_egress": ("MailEgress", [f"aem_mail.{name}" for name in PARTS_OF_MAIL]),
    "resources": ("Resources", [f"aem_mail.{name}" for name in aem_mail.__all__ if name not in PARTS_OF_MAIL]),
    "program": ("Program and variables", ["aem_mail.program", "aem_mail.variables"]),
    "errors": ("Errors", ["aem_mail.errors"]),
    "simulator": ("Simulator in tests", ["aem_mail.simulator.server.running_simulator", "aem_mail.simulator.server.Running"]),
}
"""The pages of the API reference: title, and what each describes."""
LINK: Final = re.compile(r"^```.*?^```$|\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^)\s]+)\)", re.MULTILINE | re.DOTALL)


def address(path: str) -> str:
    """Return the file of the site that a page of the repository becomes."""
    folder = BESIDE_DOCS.get(path) or path.removeprefix("docs/").removesuffix(".md").removesuffix("index")
    return posixpath.join(folder, "index.html")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Take the repository's address from where the package has its own, which may be nowhere yet."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    config.repo_url = project["tool"].get("aem-mail", {}).get("repository") or None
    config.repo_name = "Repository"
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Give each page the path that it has in the repository, by which the others link to it."""
    of_the_theme = [file for file in files if file.src_dir != config.docs_dir]
    of_docs = [f"docs/{file.src_uri}" for file in files if file.src_dir == config.docs_dir]
    return Files([*of_the_theme, *(_file(path, config) for path in (*of_docs, *BESIDE_DOCS)), *_api(config)])


def _file(path: str, config: MkDocsConfig) -> File:
    built = address(path) if path.endswith(".md") else path.removeprefix("docs/")
    return File(path, str(CHECKOUT), config.site_dir, use_directory_urls=True, dest_uri=built)


def _api(config: MkDocsConfig) -> Iterator[File]:
    for name, (title, described) in API.items():
        yield File.generated(config, f"api/{name}.md", content="\n\n".join([f"# {title}", *(f"::: {each}" for each in described)]))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead what is no page to the repository, or nowhere while there is no address of one."""
    if page.file.src_uri in ALONE:
        page.meta["hide"] = ["navigation"]
    return LINK.sub(partial(_led, page.file, config, files), markdown)


def on_post_page(output: str, **_: object) -> str:
    """Leave out the mark by which the theme asks a forge for stars: nothing is loaded from elsewhere."""
    return output.replace('data-md-component="source"', "")


def _led(file: File, config: MkDocsConfig, files: Files, link: re.Match[str]) -> str:
    if link["target"] is None or "://" in link["target"] or link["target"].startswith("#"):
        return link[0]
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file.src_uri), link["target"].partition("#")[0]))
    if files.get_file_from_path(path) is not None or not (CHECKOUT / path).exists():
        return link[0]
    return f"[{link['text']}]({config.repo_url}/blob/main/{path})" if config.repo_url else link["text"]
