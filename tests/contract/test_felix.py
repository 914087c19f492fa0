"""Reading and resolving judged by the real Apache Felix libraries, as a Java process that answers line by line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from aem_mail.osgi import ConfigurationFileError, PlaceholderError, parse_configuration, resolve_properties, variables_lookup
from aem_mail.osgi.java_types import Float, number_text
from tests.contract.felix.generated import Case, commented_files, resolved_files, typed_files
from tests.contract.java import Judge, built, running
from tests.osgi.described import all_described

pytestmark = pytest.mark.contract

SOURCES = Path(__file__).with_name("felix")
CLASS = "org.apache.felix.configadmin.plugin.interpolation.Oracle"

CASES = 250
"""Generated cases for each of the three kinds of file."""

oracle_settings = settings(
    max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], database=None
)


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """The real Felix: `{"refused"}`, or `{"properties"}` with `{"resolved"}` or `{"failed"}`."""
    with running(built(SOURCES), CLASS, str(tmp_path_factory.mktemp("secrets"))) as judge:
        yield judge


def ours(case: Case) -> dict[str, Any]:
    """Answer in the oracle's form; reasons are for people and not compared."""
    try:
        properties = parse_configuration(case.file)
    except ConfigurationFileError:
        return {"refused": True}
    try:
        resolved = resolve_properties(properties, variables_lookup(case.strings, case.secrets))
    except PlaceholderError:
        return {"properties": all_described(properties), "failed": True}
    return {"properties": all_described(properties), "resolved": all_described(resolved)}


def judged(oracle: Judge, case: Case) -> dict[str, Any]:
    question = {"file": case.file, "env": case.strings, "secrets": case.secrets}
    answer = {key: True if key in ("refused", "failed") else shortest(value) for key, value in oracle.ask(question).items()}
    # An array within a text becomes its class and address in memory, which nobody can foresee.
    assume("[L" not in json.dumps(answer) and "[I@" not in json.dumps(answer))
    return answer


def shortest(described: Any) -> Any:
    """Write numbers as Java does since 19; before, some had a digit more than they needed (JDK-4511638)."""
    if isinstance(described, list):
        return [shortest(each) for each in described]
    if not isinstance(described, dict):
        return described
    if described.get("type") in ("Double", "Float") and isinstance(described["value"], str):
        number = float(described["value"])
        return {**described, "value": number_text(Float(number) if described["type"] == "Float" else number)}
    return {key: shortest(value) for key, value in described.items()}


@oracle_settings
@given(case=resolved_files())
def test_placeholders_become_what_felix_makes_of_them(oracle: Judge, case: Case) -> None:
    assert ours(case) == judged(oracle, case)


@oracle_settings
@given(case=typed_files())
def test_typed_keys_become_what_felix_makes_of_them(oracle: Judge, case: Case) -> None:
    assert ours(case) == judged(oracle, case)


@oracle_settings
@given(case=commented_files())
def test_files_with_comments_are_read_or_refused_as_felix_does(oracle: Judge, case: Case) -> None:
    assert ours(case) == judged(oracle, case)
