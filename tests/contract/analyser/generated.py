"""Generated configuration files in the older forms, sound and broken, and folders."""

from itertools import product

from hypothesis import strategies as st

TYPES = "TILFDXSCBilfdxscb"
NAMES = ("smtp.host", "a", "A", "b-c_1", "x\\=y", "x\\ y", "é", '"', "")
TEXTS = (
    *("", "x", "5", "-5", "+5", "300", "99999999999", "1.5", "true", "TRUE", "1078530011", "4614253070214989087", "é😀", "$[env:X]"),
    *("a\\=b", "a\\ b", "a b", "a=b", '\\"q\\"', "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\u12", "\\uzzzz", "\\n\\t\\b\\f\\r", "\\q"),
)
BREAKS = ("\n", "\r\n", "\r", "\n\n", " \n", "\n# comment\n", '\n  # x = "y"\n', "")
PIECES = (*'=[](),"# \\\n\r\t', "T", "I", "a", "5", "\\\n", "\\\r\n", "\\u0041", "é", "﻿")
PROPERTIES_PIECES = (
    *("a", "key", "=", ":", " ", "\t", "\f", "\n", "\r\n", "\r", "\\", "\\\n", "\\\r\n  ", "\\u00e9", "\\u12", "#", "!", "é", "value"),
    *("\\=", "\\:", "\\ ", "\\\\", "\\n", "<", "b=c\n"),
)
XML_VALUES = (
    *("x", "", "{Long}465", "{Long}x", "{Long}", "{Boolean}true", "{Boolean}yes", "{Double}1.5", "{String}x", "{Decimal}1.5", "{Nope}x"),
    *("[a,b]", "[]", "[,]", "{Long}[1,2]", "{Boolean}[true,false]", "a\\,b", "[a\\,b,c]", "\\[x", "\\{x}", "{", "\\u00e9", "[\\0]", "\\0"),
    *("$[secret:X]", "\\$[secret:X]", "[a", "a]", "{Long}[]", "&amp;&lt;", "é"),
)
MODES = ("author", "publish", "dev", "stage", "prod", "local")
FOLDERS = tuple(".".join(modes) for count in range(3) for modes in product(MODES, repeat=count))


def config_files() -> st.SearchStrategy[str]:
    """Return `.config` files of a few properties, and texts of the pieces that they are made of."""
    simple = st.builds('"{}"'.format, st.sampled_from(TEXTS))
    elements = st.lists(simple, max_size=3).map(", \\\n".join)
    several = st.builds("{}{}{}".format, st.sampled_from("[("), elements, st.sampled_from(("]", ")", ",]", "")))
    value = st.builds("{}{}".format, st.sampled_from(("", *TYPES)), simple | several)
    entry = st.builds("{}{}{}{}".format, st.sampled_from(NAMES), st.sampled_from(("=", " = ", "= ", "")), value, st.sampled_from(BREAKS))
    return st.lists(entry, max_size=4).map("".join) | st.lists(st.sampled_from(PIECES), max_size=15).map("".join)


def properties_files() -> st.SearchStrategy[str]:
    """Return `.properties` files, of whatever pieces."""
    return st.lists(st.sampled_from(PROPERTIES_PIECES), max_size=15).map("".join)


def xml_files() -> st.SearchStrategy[str]:
    """Return nodes of a repository with a few properties."""
    values = st.dictionaries(st.sampled_from(("smtp.port", "a", "jcr:title", "b")), st.sampled_from(XML_VALUES), max_size=3)
    type_ = st.sampled_from(("sling:OsgiConfig", "sling:OsgiConfig", "sling:OsgiConfig", "nt:unstructured"))
    return st.builds(_node, type_, values, st.sampled_from(("/>", "></jcr:root>", "><child/></jcr:root>", ">")))


def _node(type_: str, values: dict[str, str], end: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in values.items())
    spaces = 'xmlns:sling="http://sling.apache.org/jcr/sling/1.0" xmlns:jcr="http://www.jcp.org/jcr/1.0"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<jcr:root {spaces} jcr:primaryType="{type_}"{written}{end}'
