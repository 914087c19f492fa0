"""`python -m tools.release FOLDER`: build what a release consists of, and check it as a package index will.

FOLDER gets `dist/`, a source archive and the wheel that is built from it, and `aem-mail.cdx.json`, the bill of materials of what an
installation from requirements.txt has. `--tag` and `--repository` are those of the release: what does not fit them ends it.
"""

import argparse
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

CHECKOUT: Final = Path(__file__).resolve().parents[1]
BUILD: Final = "import sys; from setuptools import build_meta; getattr(build_meta, sys.argv[1])(sys.argv[2])"
BILL: Final = "aem-mail.cdx.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Build; 1 with a sentence for each thing that does not fit."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("--tag", help="the tag of the release, such as v0.1.0")
    parser.add_argument("--repository", metavar="URL", help="where the repository is")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    changes = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    wrong = list(problems(project, changes, options.tag, options.repository))
    for problem in wrong:
        print(f"release: {problem}", file=sys.stderr)
    if not wrong:
        files = build(CHECKOUT, options.folder / "dist")
        run(CHECKOUT, "-m", "twine", "--no-color", "check", "--strict", *map(str, files))
        write_bill(options.folder / BILL)
    return int(bool(wrong))


def problems(project: Mapping[str, Any], changes: str, tag: str | None, repository: str | None) -> Iterator[str]:
    """Yield what of pyproject.toml and CHANGELOG.md is not that of the release; None where nothing is to be compared."""
    version, home = project["project"]["version"], project["tool"]["aem-mail"].get("repository")
    if tag is not None and tag != f"v{version}":
        yield f"the tag is {tag}, and pyproject.toml has the version {version}: correct one of them"
    if tag is not None and not re.search(rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$", changes, re.MULTILINE):
        yield f"CHANGELOG.md has no heading `## {version} (year-month-day)`: say when it is released"
    if repository is not None and home != repository:
        yield f'[tool.aem-mail] of pyproject.toml has no line `repository = "{repository}"`, from which all addresses of a release come'


def build(checkout: Path, target: Path) -> list[Path]:
    """Build the source archive, and the wheel from what is in it, into an empty or missing folder; return both."""
    target.mkdir(parents=True, exist_ok=True)
    run(checkout, "-c", BUILD, "build_sdist", str(target.absolute()))
    (source,) = target.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(source) as archive:
        archive.extractall(scratch, filter="data")
        run(Path(scratch) / source.name.removesuffix(".tar.gz"), "-c", BUILD, "build_wheel", str(target.absolute()))
    (wheel,) = target.glob("*.whl")
    return [source, wheel]


def write_bill(file: Path) -> None:
    """Write the bill of materials: every package of requirements.txt with its version and hashes."""
    requirements, project = CHECKOUT / "requirements.txt", CHECKOUT / "pyproject.toml"
    options = ("--pyproject", str(project), "--output-reproducible", "--of", "JSON", "-o", str(file))
    run(CHECKOUT, "-m", "cyclonedx_py", "requirements", *options, str(requirements))


def run(folder: Path, *arguments: str) -> None:
    """Run Python; end where it fails."""
    if subprocess.run([sys.executable, *arguments], cwd=folder, check=False).returncode != 0:  # noqa: S603 - fixed programs
        sys.exit(f"release: {' '.join(arguments[:3])} failed")


if __name__ == "__main__":
    sys.exit(main())
