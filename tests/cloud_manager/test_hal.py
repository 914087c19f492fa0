import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cloud_manager.answer_fields import Mismatch
from aem_mail.cloud_manager.hal import complete, next_path, page_of

BASE = "https://cloudmanager.adobe.io"
PATH = "/api/program/1/environments"


def following(href: object) -> str | None:
    return next_path({"_links": {"next": {"href": href}}}, BASE, PATH)


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("/api/program/1/environments?start=20", "/api/program/1/environments?start=20"),
        ("https://cloudmanager.adobe.io/api/x?start=20", "/api/x?start=20"),
        ("https://CloudManager.adobe.io:443/api/x", "/api/x"),
        ("//cloudmanager.adobe.io/api/x", "/api/x"),
        ("?start=20", "/api/program/1/environments?start=20"),
        ("environments?start=20{&limit}", "/api/program/1/environments?start=20"),
        ("/api/x{?start,limit}", "/api/x"),
    ],
)
def test_next_may_be_absolute_relative_or_templated(href: str, path: str) -> None:
    assert following(href) == path


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example.com/api/x",
        "http://cloudmanager.adobe.io/api/x",
        "https://cloudmanager.adobe.io:8443/api/x",
        "https://cloudmanager.adobe.io@evil.example.com/",
        "https://user@cloudmanager.adobe.io/",
        "https://cloudmanager.adobe.io.evil.example.com/",
        "//evil.example.com/api/x",
        "https://cloudmanager.adobe.io\\@evil.example.com/",
        "/api\r\nHost: evil",
        "https://[::1/api",
        "https://cloudmanager.adobe.io:x/api",
        "/" * 3000,
        7,
        None,
    ],
)
def test_the_token_is_led_nowhere_else(href: object) -> None:
    with pytest.raises(Mismatch):
        following(href)


@given(st.text())
def test_whatever_next_says_is_a_path_of_ours_or_a_mismatch(href: str) -> None:
    try:
        path = following(href)
    except Mismatch:
        return
    assert path is not None
    assert path == "" or path.startswith(("/", "?"))


@pytest.mark.parametrize("document", [{}, {"_links": {}}, {"_links": None}, {"_links": {"next": None}}, {"_links": {"next": []}}])
def test_without_next_there_is_no_next_page(document: dict[str, object]) -> None:
    assert next_path(document, BASE, PATH) is None


@pytest.mark.parametrize("document", [{"_links": 3}, {"_links": {"next": "x"}}, {"_links": {"next": {}}}, {"_links": {"next": [3]}}])
def test_links_of_another_form_are_a_mismatch(document: dict[str, object]) -> None:
    with pytest.raises(Mismatch):
        next_path(document, BASE, PATH)


@pytest.mark.parametrize(
    ("document", "count"),
    [
        ({"_embedded": {"xs": []}}, 0),
        ({"_embedded": {"xs": [{}, {}]}, "_totalNumberOfItems": 5}, 2),
        ({"_totalNumberOfItems": 0}, 0),
        ({"_embedded": {}, "_totalNumberOfItems": 0}, 0),
        ({"_links": {"self": {"href": "/"}}}, 0),
    ],
)
def test_a_page_gives_its_entries(document: dict[str, object], count: int) -> None:
    assert len(page_of(document, name="xs", base_url=BASE, path=PATH).entries) == count


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"title": "something else"},
        {"_embedded": {"ys": []}},
        {"_embedded": {}, "_links": {}},
        {"_embedded": []},
        {"_embedded": {"xs": {}}},
        {"_embedded": {"xs": [3]}},
        {"_links": {}, "_totalNumberOfItems": 2},
        {"_embedded": {"xs": []}, "_totalNumberOfItems": "2"},
    ],
)
def test_what_does_not_show_that_it_is_the_list_proves_no_absence(document: dict[str, object]) -> None:
    with pytest.raises(Mismatch):
        page_of(document, name="xs", base_url=BASE, path=PATH)


def test_a_list_that_lost_entries_is_a_mismatch() -> None:
    assert complete([{}, {}], 2) == complete([{}, {}], None) == complete([{}, {}], 1) == [{}, {}]
    with pytest.raises(Mismatch, match="gave 2 entries, but says that it has 3"):
        complete([{}, {}], 3)
