import pytest

from aem_mail.osgi.folders import RIGHT_ORDER, Folder, folder_of

AUTHOR_ON_DEV = ("author", "dev")


@pytest.mark.parametrize("run_modes", ["", "author", "dev", "author.dev"])
def test_a_folder_applies_where_all_its_run_modes_are_active(run_modes: str) -> None:
    assert Folder("config", run_modes).applies(AUTHOR_ON_DEV)


@pytest.mark.parametrize("run_modes", ["publish", "prod", "author.prod", "dev.author", "author.author", "local", "author.local", "sdk"])
def test_other_run_modes_a_wrong_order_and_unknown_ones_do_not_apply(run_modes: str) -> None:
    assert not Folder("config", run_modes).applies(AUTHOR_ON_DEV)


def test_nothing_is_taken_from_a_folder_install() -> None:
    assert not Folder("install").is_taken
    assert Folder("install", "author").name == "install.author"


def test_the_tier_comes_first() -> None:
    assert RIGHT_ORDER["prod.author"] == "author.prod"
    assert not RIGHT_ORDER.keys() & set(RIGHT_ORDER.values())


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("config/a.xml", Folder("config")),
        ("config.author.dev/a/b/c.config", Folder("config", "author.dev")),
        ("config.author/config.dev/a.cfg", Folder("config", "dev")),
        ("install.publish/a.cfg.json", Folder("install", "publish")),
        ("configuration/a.cfg.json", None),
        ("config.cfg.json", None),
        ("a.cfg.json", None),
    ],
)
def test_a_file_belongs_to_its_innermost_folder(path: str, folder: Folder | None) -> None:
    assert folder_of(path) == folder
