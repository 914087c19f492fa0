"""Files in other forms than JSON, and the run modes of folders, judged by the analyser that Adobe's build runs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aem_mail.checks.project_files import KNOWN_KEYS
from aem_mail.osgi import MAIL_SERVICE_PID, ConfigurationFileError, parse_file
from aem_mail.osgi.folders import RIGHT_ORDER, Folder
from tests.contract.analyser.generated import FOLDERS, config_files, properties_files, xml_files
from tests.contract.java import Judge, built, running
from tests.contract.test_felix import oracle_settings, shortest
from tests.osgi.described import all_described

pytestmark = pytest.mark.contract

SOURCES = Path(__file__).with_name("analyser")
ENVIRONMENTS = [(tier, type_) for tier in ("author", "publish") for type_ in ("dev", "stage", "prod")]


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    with running(built(SOURCES), "aemmail.Oracle", str(tmp_path_factory.mktemp("files"))) as judge:
        yield judge


def ours(name: str, text: str) -> dict[str, Any]:
    try:
        return {"properties": all_described(parse_file(name, text)[0])}
    except ConfigurationFileError:
        return {"refused": True}


def judged(oracle: Judge, name: str, text: str) -> dict[str, Any]:
    answer = oracle.ask({"name": name, "file": text})
    # Half of a character, which Python does not have, is printed as this.
    assume('"?"' not in json.dumps(answer))
    return {"refused": True} if "refused" in answer else named(shortest(answer))


def named(described: Any) -> Any:
    """Name arrays of objects by what is in them, as whoever reads the built configuration finds them."""
    if not isinstance(described, dict):
        return described
    if described.get("type") == "Object[]":
        return {**described, "type": f"{described['value'][0]['type']}[]"}
    return {key: named(value) for key, value in described.items()}


@oracle_settings
@given(text=config_files())
def test_config_files_are_read_or_refused_as_felix_does(oracle: Judge, text: str) -> None:
    assert ours("a.config", text) == judged(oracle, "a.config", text)


@oracle_settings
@given(text=properties_files())
def test_property_files_are_read_or_refused_as_java_does(oracle: Judge, text: str) -> None:
    assert ours("a.properties", text) == judged(oracle, "a.properties", text)


@oracle_settings
@given(text=xml_files())
def test_nodes_of_a_repository_are_read_or_refused_as_adobe_does(oracle: Judge, text: str) -> None:
    assert ours("a.xml", text) == judged(oracle, "a.xml", text)


@oracle_settings
@given(folders=st.sets(st.sampled_from(FOLDERS), max_size=6))
def test_each_environment_gets_the_folders_that_adobe_gives_it(oracle: Judge, folders: set[str]) -> None:
    answer = oracle.ask({"runModes": sorted(folders)})

    assert ("refused" in answer) == bool(folders & RIGHT_ORDER.keys())
    for tier, type_ in ENVIRONMENTS if "refused" not in answer else ():
        given_ = answer["aggregates"].get(f"{tier}.{type_}", answer["aggregates"].get(tier, []))
        assert set(given_) == {each for each in folders if Folder("config", each).applies((tier, type_))}


def test_the_properties_of_the_mail_service_are_those_that_aem_says_it_has() -> None:
    (feature,) = (built(SOURCES) / "lib").glob("*.slingosgifeature")
    configurations = json.loads(feature.read_text(encoding="utf-8"))["configuration-api:JSON|false"]["configurations"]

    assert set(KNOWN_KEYS[MAIL_SERVICE_PID]) == set(configurations[MAIL_SERVICE_PID]["properties"])
