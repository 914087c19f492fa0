import ast
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.adopt.source import WIDTH, CallExpression, Expression, Name, imported, literal, statement

TEXTS = st.text() | st.text("'\"\\\n$漢", max_size=12)
DATA = st.recursive(
    TEXTS | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(TEXTS)
def test_a_literal_is_one_line_and_reads_as_the_text(text: str) -> None:
    written = literal(text)

    assert ast.literal_eval(written) == text
    assert written.isprintable()


@given(DATA)
def test_data_reads_back_as_it_was(data: Any) -> None:
    assert ast.literal_eval(statement(data)) == data


def test_what_fits_stands_on_one_line_and_the_rest_one_entry_a_line_with_a_trailing_comma() -> None:
    short = CallExpression("Thing", ["name", Name("ID")], {"port": 465})
    long: Expression = CallExpression("Thing", ["name"], {"value": "x" * 50, "more": ["y" * 20]})

    assert statement(short, "thing") == 'thing = Thing("name", ID, port=465)'
    assert statement(long) == f'Thing(\n    "name",\n    value="{"x" * 50}",\n    more=["{"y" * 20}"],\n)'


@given(st.lists(TEXTS, max_size=6))
def test_a_line_is_too_long_only_where_nothing_in_it_can_be_broken(texts: list[str]) -> None:
    for line in statement(CallExpression("Thing", [CallExpression("Inner", texts)])).splitlines():
        assert len(line) <= WIDTH or line.strip()[:-1] in map(literal, texts)


def test_imports_are_sorted_and_broken_where_they_are_long() -> None:
    assert imported("aem_mail", ["B", "A"]) == "from aem_mail import A, B"
    assert imported("aem_mail", ["A" * 60, "B" * 60]).endswith(",\n)")
