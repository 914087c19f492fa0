"""One configuration in every form that the build of AEM takes. The contract tests hold the forms to their real readers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.osgi import ConfigurationFileError, form_of, parse_file, type_name
from aem_mail.osgi.forms import FORMS
from tests.hostile import HOSTILE

NODE = '<jcr:root xmlns:sling="s" xmlns:jcr="j" jcr:primaryType="{}"\n {}/>'.format
TEXTS = {
    "a.cfg.json": '{\n"smtp.host": "a=b",\n"smtp.port": 465,\n"smtp.ssl": true,\n"scopes": ["x", "y"]}',
    "a.config": 'smtp.host="a\\=b"\n\n# the port\nsmtp.port=L"465"\nsmtp.ssl=B"true"\nscopes=[ \\\n  "x", "y"]\n',
    "a.cfg": "! mail\nsmtp.host: a=b\nsmtp.port =465\nsmtp.ssl=tr\\\n   ue",
    "a.xml": NODE(
        "sling:OsgiConfig", 'smtp.host="a=b" jcr:title="no"\n smtp.port="{Long}465" smtp.ssl="{Boolean}true" scopes="[x,y]" x=""'
    ),
}
TYPED = {"smtp.host": "a=b", "smtp.port": 465, "smtp.ssl": True, "scopes": ["x", "y"]}


@pytest.mark.parametrize("name", ["a.cfg.json", "a.config", "a.xml"])
def test_types_are_kept(name: str) -> None:
    properties, _ = parse_file(name, TEXTS[name])

    assert properties == TYPED
    assert [type_name(value) for value in properties.values()] == ["String", "Long", "Boolean", "String[]"]


def test_a_properties_file_has_texts_only() -> None:
    assert parse_file("a.cfg", TEXTS["a.cfg"])[0] == {"smtp.host": "a=b", "smtp.port": "465", "smtp.ssl": "true"}


@pytest.mark.parametrize(("name", "lines"), [("a.cfg.json", (2, 3)), ("a.config", (1, 4)), ("a.cfg", (2, 3)), ("a.xml", (2, 3))])
def test_the_line_of_each_property_is_known(name: str, lines: tuple[int, int]) -> None:
    found = parse_file(name, TEXTS[name])[1]

    assert (found["smtp.host"], found["smtp.port"]) == lines


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.config", 'a="x"\nb I"5"', "line"),
        ("a.config", 'a=I"five"', "no Integer"),
        ("a.config", 'a="\\uzzzz"', "four hexadecimal digits"),
        ("a.properties", "a=\\u12", "four hexadecimal digits"),
        ("a.cfg", "<properties/>", "is not read here"),
        ("a.xml", "<jcr:root", "no valid XML"),
        ("a.xml", NODE("nt:unstructured", 'a="x"'), "sling:OsgiConfig"),
        ("a.xml", NODE("sling:OsgiConfig", 'a="{Long}x"'), "no Long"),
        ("a.xml", NODE("sling:OsgiConfig", 'a="{Nope}x"'), "the type Nope"),
        ("a.xml", f"<!DOCTYPE jcr:root [<!ENTITY x 'y'>]>{NODE('sling:OsgiConfig', '')}", "DOCTYPE"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, text: str, reason: str) -> None:
    with pytest.raises(ConfigurationFileError, match=reason if reason != "line" else "no equals sign"):
        parse_file(name, text)


def test_the_refused_line_is_known() -> None:
    with pytest.raises(ConfigurationFileError) as refused:
        parse_file("a.config", 'a="x"\nb=I"five"')

    assert refused.value.line == 2


def test_no_value_is_part_of_a_refusal() -> None:
    for name, text in (("a.config", 'a=I"s3cret"'), ("a.xml", NODE("sling:OsgiConfig", 'a="{Long}s3cret"'))):
        with pytest.raises(ConfigurationFileError) as refused:
            parse_file(name, text)
        assert "s3cret" not in str(refused.value)


@given(st.sampled_from(sorted(FORMS)), st.text(max_size=60) | st.sampled_from(HOSTILE))
def test_any_text_is_read_or_refused(ending: str, text: str) -> None:
    try:
        properties, lines = parse_file(f"a{ending}", text)
    except ConfigurationFileError:
        return
    assert lines.keys() <= properties.keys()


@pytest.mark.parametrize(
    "text", ["a=\\\n" * 20_000, "x\n" * 40_000, "\\\n" * 40_000, '"' * 80_000, "a=[" + '"x",' * 20_000, "<a>" * 20_000]
)
@pytest.mark.parametrize("ending", sorted(FORMS))
def test_a_large_file_takes_no_longer_than_its_size(ending: str, text: str) -> None:
    test_any_text_is_read_or_refused.hypothesis.inner_test(ending, text)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["README.md", "a.json", "a.configuration", ".xml.bak"])
def test_other_files_are_no_configurations(name: str) -> None:
    assert form_of(name) is None
