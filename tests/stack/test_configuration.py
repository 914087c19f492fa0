import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.stack.answer import Unreadable
from aem_mail.stack.configuration import parse_configuration, parse_stack_names
from tests.properties.hostile import CANARY, spoiled, texts, values
from tests.secrets import SecretWatch

GOOD = json.dumps({"aem-mail:clientSecret": {"value": CANARY, "secret": True}, "a:b": {"value": "{}", "objectValue": {}}}).encode()


def test_a_value_is_the_object_that_it_stands_for_else_its_text() -> None:
    entries = {"a:smtp": {"value": '{"port":465}', "objectValue": {"port": 465}}, "a:id": {"value": "1"}, "a:none": {}}

    assert parse_configuration(json.dumps(entries)) == {"a:smtp": {"port": 465}, "a:id": "1", "a:none": None}
    assert parse_configuration("") == {}


@pytest.mark.parametrize(
    ("text", "why"), [("error", "no JSON"), ("[]", "no JSON object"), ('{"a": "b"}', "one of its entries"), ("[" * 100_000, "no JSON")]
)
def test_what_is_no_configuration_is_named(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse_configuration(text)


def test_stacks_are_named_in_order() -> None:
    assert parse_stack_names('[{"name": "prod", "current": true}, {"name": "dev"}]') == ["dev", "prod"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"name": 1}]', '[{"current": true}]'])
def test_what_is_no_list_of_stacks_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_stack_names(text)


@given(text=values().map(json.dumps) | texts | spoiled(GOOD).map(lambda content: content.decode("utf-8", "replace")) | st.just(""))
def test_whatever_is_printed_it_is_read_or_refused_without_a_word_of_it(text: str) -> None:
    def read(parse: Any) -> None:
        try:
            parse(text)
        except Unreadable as error:
            SecretWatch(CANARY).text("an error", str(error))

    read(parse_configuration)
    read(parse_stack_names)
