from pathlib import Path

import pytest

from aem_mail.errors import AemMailError
from aem_mail.publishing.published_files import published_file
from aem_mail.publishing.request import BranchAddress, Purpose, Request
from tests.publishing.origin import FILE, PID, Origin

PURPOSE = Purpose("mail", "dev", "10001", "20001")
URN = "urn:pulumi:dev::mail::aem:mail:PublishedConfiguration$command:local:Command::mail-files"
ID = f"build/osgiconfig/config.dev/{PID}.cfg.json"


def requests(repository: str, branch: str = "main") -> dict[str, str]:
    return {"pipeline": "{}", URN: Request(BranchAddress(repository, branch), {FILE: "{}\n"}, PURPOSE, "Bot <bot@example.com>").to_json()}


def test_a_file_is_known_by_its_folder_and_name_wherever_the_stack_writes_it() -> None:
    found = published_file(ID, requests("origin.git"))

    assert found is not None
    assert (found.urn, str(found)) == (URN, f"{FILE} on branch main of origin.git")
    assert published_file(ID.replace("config.dev", "config.stage"), requests("origin.git")) is None
    assert published_file(ID, {}) is None


def test_the_repository_says_what_is_there_and_a_path_is_relative_to_the_project(tmp_path: Path) -> None:
    origin = Origin(tmp_path)
    found = published_file(ID, requests("origin.git"))
    assert found is not None

    assert found.read(tmp_path) is None
    origin.write({FILE: "{}\n"})
    assert found.read(tmp_path) == "{}\n"


@pytest.mark.parametrize(("repository", "branch"), [("nowhere.git", "main"), ("origin.git", "develop")])
def test_a_repository_that_cannot_be_read_is_an_error_rather_than_a_missing_file(repository: str, branch: str, tmp_path: Path) -> None:
    Origin(tmp_path)
    found = published_file(ID, requests(repository, branch))
    assert found is not None

    with pytest.raises(AemMailError, match="PublishedConfiguration"):
        found.read(tmp_path)
