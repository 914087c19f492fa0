"""Generated configuration files, sound and broken, with the variables that their placeholders read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

NAMES = ("X", "A", "N", "U", "P", "E", "LIST")
TYPES = (
    *("Integer", "int", "Long", "Double", "Float", "Boolean", "String", "Short", "Byte", "Character", "Nope", "binary", "Integer "),
    *("String[]", "Integer[]", "long[]", "Boolean[]", "double[]", "int[]", "char[]", "Float[]"),
    *("Collection", "Collection<String>", "Collection<Integer>"),
)
TOKENS = (
    *("$[", "]", "\\", "\\\\", ":", ";", "=", "env", "secret", "prop", "conf", "default", "type", "delimiter", ",", " ", "é", "😀"),
    *("X", "A", "N", "U", "P", "$[env:X]", "$[env:U;default=", "$[secret:P]", "$[env:N;type=Integer]", "$[conf:host]", "$[conf:v]"),
    *("$[env:$[env:A]]", "$[env:LIST;type=String[];delimiter=,]", ";default=q", ";default=a\\;b", ";type=Integer", ";type=Boolean"),
    *(";type=String[];delimiter=,", ";type=Double", ";type=Float", ";type=Character", ";type=int[]", "[", "]]", "a", "5"),
)
VALUES = ("", "5", "-5", "x", "a,b", "a\\,b", "\\,a", "a\\\\,b", ",,", " 5", "1.5", "1e10", "true", "X", "300", "99999999999", "$[env:X]")
JSON_VALUES = (
    *("1", "-5", "-0", "30465", "3000000000", "99999999999999999999", "1.5", "-0.5", "1e3", "1E10", "0.0001", "1e-7", "123456789.125"),
    *("true", "false", "null", '""', '"x"', '"5"', '"+5"', '" 5"', '"1.5"', '"1.5f"', '"NaN"', '"true"', '"TRUE"', '"1e3"', '"."'),
    *('"5."', '"Infinity"', '"-Infinity"', '"1d"', '"3.4e39"', '"$[env:X]"', '"$[env:U;default=1]"', '"$[env:N;type=Integer]"'),
    *("[]", "[1,2]", '["1","2"]', "[true]", "[1.5,2]", '["$[env:X]","b"]', '[1,"a"]', "[null]", '{"a":1}', "[[1]]", '[{"a":"b"}]'),
    *("01", "NaN", "'x'", "1,", "", '"a\tb"', '"\\x"', '"\\u00e9"'),
)
COMMENTS = ("/* x */", "// y\n", "/*/", "/**/", "//", "/", "*/", "\n", '/* " */', '// " \n', "/* // */", "*", " ", "\\", '"')
PARTS = ("{", '"a"', ":", '"http://x"', ",", '"b"', ":", '"c\\\\"', ",", '"d"', ":", "1", "}")


@dataclass(frozen=True)
class Case:
    """A file's text, and variables of type `string` and `secretString` by name."""

    file: str
    strings: Mapping[str, str]
    secrets: Mapping[str, str]


def texts(most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(TOKENS), min_size=1, max_size=most).map("".join)


def resolved_files() -> st.SearchStrategy[Case]:
    """Return sound files with nested, escaped, typed and broken placeholders, and variables that may hold placeholders too."""
    value = texts(10) | st.lists(texts(4), min_size=1, max_size=3)
    properties = st.fixed_dictionaries({"host": st.just("h.example"), "v": value}, optional={"other": value, "Ab": value})
    strings = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES) | texts(4), max_size=5)
    secrets = st.dictionaries(
        st.sampled_from(NAMES), st.builds(str.__add__, texts(3), st.sampled_from(("", " ", "\n", "\t\n"))), max_size=3
    )
    return st.builds(Case, properties.map(json.dumps), strings, secrets)


def typed_files() -> st.SearchStrategy[Case]:
    """Return files of one or two properties with every type that a key can name, and values that fit, are altered, or do not."""
    keys = st.builds(
        "{}{}".format,
        st.sampled_from(("p", "q", "P")),
        st.just("") | st.sampled_from(TYPES).map(":{}".format),
    )
    entry = st.builds('"{}":{}'.format, keys, st.sampled_from(JSON_VALUES))
    files = st.lists(entry, min_size=1, max_size=2).map(lambda entries: "{" + ",".join(entries) + "}")
    return st.builds(Case, files, st.just({"X": "x", "N": "5"}), st.just({}))


@st.composite
def commented_files(draw: st.DrawFn) -> Case:
    """Return a small file with comments, and halves of comments, anywhere between its tokens."""
    parts = list(PARTS)
    for comment in draw(st.lists(st.sampled_from(COMMENTS), min_size=1, max_size=3)):
        parts.insert(draw(st.integers(0, len(parts))), comment)
    return Case("".join(parts), {}, {})
