"""What a release consists of, built from a copy of the checkout, in which nothing is left."""

import shutil
import subprocess
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Final

from tools import release

REPOSITORY: Final = Path(__file__).resolve().parent.parent
STRAY: Final = ("aem_mail/__pycache__/x.cpython-311.pyc", "aem_mail/.DS_Store", "tests/test_stray.py", "build/lib/aem_mail/stray.py")
"""What must not be released."""


class Released:
    """A source archive, and the wheel that is built from it, of a checkout with or without a home."""

    def __init__(self, folder: Path, repository: str | None) -> None:
        checkout = folder / "checkout"
        for name in (*tracked(), *STRAY):
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, checkout / name) if name not in STRAY else (checkout / name).write_text("stray = 1\n")
        if repository is not None:
            project = checkout / "pyproject.toml"
            project.write_text(project.read_text().replace("[tool.aem-mail]\n", f'[tool.aem-mail]\nrepository = "{repository}"\n'))
        self.sdist, self.wheel = release.build(checkout, folder / "dist")

    def in_wheel(self) -> set[str]:
        with zipfile.ZipFile(self.wheel) as archive:
            return {name for name in archive.namelist() if ".dist-info/" not in name}

    def in_sdist(self) -> set[str]:
        with tarfile.open(self.sdist) as archive:
            names = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
        return {name for name in names if ".egg-info/" not in name}

    def file(self, name: str) -> bytes:
        with zipfile.ZipFile(self.wheel) as archive:
            return archive.read(f"aem_mail-0.1.0.dist-info/{name}")

    @property
    def metadata(self) -> Message:
        return Parser().parsestr(self.file("METADATA").decode())


def tracked() -> list[str]:
    """Return the files of the checkout that Git knows or would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.splitlines()
    return [name for name in names if (REPOSITORY / name).is_file()]
