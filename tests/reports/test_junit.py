import re
from xml.etree.ElementTree import Element

from hypothesis import given

from aem_mail.reports.document import Document, Skipped
from aem_mail.reports.junit import to_junit
from tests.markup import parsed
from tests.reports.pages import FAILURE, IGNORED, MADE, UNKNOWN, WARNING, group, page, pages

# What Ant's schema (JUnit.xsd) and that of Jenkins' xUnit plug-in (junit-10.xsd) both take.
CHILDREN = {
    "testsuites": ["testsuite*"],
    "testsuite": ["properties", "testcase*", "system-out", "system-err"],
    "testcase": ["error?", "failure?", "skipped?"],
}
ATTRIBUTES = {
    "testsuites": set[str](),
    "testsuite": {"package", "id", "name", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"},
    "testcase": {"classname", "name", "time"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"message"},
}
NUMBERS = ("id", "tests", "failures", "errors", "skipped", "time")


def assert_valid(element: Element) -> None:
    """Assert that an element has the attributes and the children that both schemas ask for, in their order."""
    assert set(element.attrib) == ATTRIBUTES.get(element.tag, set())
    order = "".join(
        re.escape(f"<{one.strip('*?')}>").join(("(", f"){one[-1] if one[-1] in '*?' else ''}")) for one in CHILDREN.get(element.tag, [])
    )
    assert re.fullmatch(order, "".join(f"<{child.tag}>" for child in element))
    if element.tag == "testsuite":
        assert all(element.attrib[name].isdigit() for name in NUMBERS)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", element.attrib["timestamp"])
        assert element.attrib["tests"] == str(len(element.findall("testcase")))
        for plural, name in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert element.attrib[plural] == str(len(element.findall(f"testcase/{name}")))
    for child in element:
        assert_valid(child)


@given(pages())
def test_whatever_things_are_called_the_file_is_valid(given_page: Document) -> None:
    root = parsed(to_junit(given_page, MADE))

    assert_valid(root)
    assert len(root) == len(given_page.groups)


def test_each_finding_is_a_test_case_with_its_outcome() -> None:
    whole = group(
        FAILURE, WARNING, IGNORED, UNKNOWN, passed=("M01: the server itself",), skipped=(Skipped("M23: refused", "without live"),)
    )

    (suite,) = parsed(to_junit(page(whole), MADE))

    assert suite.attrib["name"] == "aem-mail check: program 10001: environment 20001"
    outcomes = [(case.attrib["name"], [child.tag for child in case]) for case in suite.iter("testcase")]
    assert outcomes == [
        ("M05: No TLS (config/x, smtp.ssl)", ["failure"]),
        ("M07: Port 25 (port forward 30025)", []),
        ("M05: No TLS (config/x, smtp.ssl)", ["skipped"]),
        ("drift:unknown: Not read (environment 20001)", ["error"]),
        ("M01: the server itself", []),
        ("M23: refused", ["skipped"]),
    ]


def test_a_failure_says_all_there_is_to_say() -> None:
    (suite,) = parsed(to_junit(page(group(FAILURE, WARNING)), MADE))

    (failure,) = suite.iter("failure")
    assert failure.attrib == {"type": "error", "message": "config/x, smtp.ssl: AEM would wait."}
    assert failure.text == "No TLS\nconfig/x, smtp.ssl\nAEM would wait.\nSet it to true."
    assert "AEM would talk in plain text." in (suite.findtext("system-out") or "")


def test_what_xml_cannot_hold_is_replaced_and_the_rest_is_not_markup() -> None:
    bad = "a\x00b]]><failure/>&\ud800"

    (suite,) = parsed(to_junit(page(group(title=bad)), MADE))

    assert suite.attrib["name"].endswith("a\ufffdb]]><failure/>&\ufffd")
