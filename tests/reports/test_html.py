import base64
import hashlib
import re
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings

from aem_mail.errors import InvalidInput
from aem_mail.reports.document import Cell, Code, Document, Heading, Items, Paragraph, Snippet, Table
from aem_mail.reports.html import to_html
from aem_mail.reports.mail_path import NARROW, WIDE, to_svg
from aem_mail.reports.mail_path.model import MailPath, State, Station, StationKind
from tests.html import Tags
from tests.markup import local, parsed, texts
from tests.reports.pages import FAILURE, IGNORED, MADE, WARNING, group, page, pages, plain_rows

REFERENCES = {"src", "href", "action", "formaction", "data", "poster", "srcset", "background", "ping", "manifest"}
PATH = MailPath(("author",), tuple(Station(kind, State.OK, str(kind)) for kind in StationKind))


def assert_harmless(html: str) -> None:
    """Assert that the page fetches nothing and runs nothing but its own one script."""
    seen = Tags(html)
    assert [tag for tag, _ in seen.tags].count("script") == 1
    for tag, attributes in seen.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
        assert tag not in ("img", "iframe", "object", "embed", "link", "base", "video", "audio", "image")
        references = [str(attributes[name]) for name in REFERENCES & set(attributes)]
        assert all(reference.startswith("#") for reference in references), references
    assert not re.search(r"url\(|@import|//[a-z0-9.-]+\.[a-z]{2,}", "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL)))


@settings(max_examples=60, deadline=None)
@given(pages())
def test_whatever_things_are_called_the_page_is_well_formed_and_harmless(given_page: Document) -> None:
    html = to_html(given_page, MADE)

    assert_harmless(html)
    parsed(html)
    html.encode("utf-8")


def test_what_others_wrote_is_shown_as_it_is() -> None:
    entry = replace(FAILURE, where="<script>alert('1')</script>", title='{{ 7 * 7 }} & "more"')

    seen = Tags(to_html(page(group(entry)), MADE))

    assert "<script>alert('1')</script>" in seen.text
    assert '{{ 7 * 7 }} & "more"' in seen.text


def test_the_policy_lets_in_nothing_but_what_the_page_brings() -> None:
    html = to_html(page(group(FAILURE)), MADE)

    policy = next(str(one["content"]) for tag, one in Tags(html).tags if one.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert content is not None
        hashed = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{hashed}'" in policy


def test_a_finding_is_told_with_its_effect_and_fix_and_can_be_filtered() -> None:
    root = parsed(to_html(page(group(FAILURE, WARNING, IGNORED)), MADE))

    entries = [one for one in root.iter() if local(one) == "article"]
    assert [one.attrib["data-severity"] for one in entries] == ["error", "warning", "ignored"]
    assert [one.attrib["data-kind"] for one in entries] == ["M05", "M07", "M05"]
    assert texts(entries[0]) == "error No TLS M05 config/x, smtp.ssl AEM would wait. Fix Set it to true."
    assert "Ignored until 2030-12-31" in texts(entries[2])


def test_without_a_script_everything_is_there_and_the_filter_is_not() -> None:
    root = parsed(to_html(page(group(FAILURE)), MADE))

    (form,) = [one for one in root.iter() if local(one) == "form"]
    assert form.attrib["hidden"] == "hidden"
    hidden = [one.attrib.get("id") for one in root.iter() if "hidden" in one.attrib]
    assert hidden == ["filters", "none"]


def test_few_groups_are_unfolded_and_of_many_none() -> None:
    def unfolded(count: int) -> list[bool]:
        root = parsed(to_html(page(*(group(FAILURE, title=f"environment {number}") for number in range(count))), MADE))
        return ["open" in one.attrib for one in root.iter() if one.attrib.get("class", "").startswith("group")]

    assert unfolded(1) == [True]
    assert unfolded(5) == [True] * 5
    assert unfolded(6) == [False] * 6


def test_groups_without_findings_are_folded_away_together() -> None:
    root = parsed(to_html(page(group(FAILURE), group(title="environment 20002"), group(title="environment 20003")), MADE))

    (clean,) = [one for one in root.iter() if one.attrib.get("class") == "clean"]
    assert texts(clean).startswith("2 environments without findings environment 20002")
    assert "open" not in clean.attrib


def test_pictures_tables_and_snippets_are_part_of_it() -> None:
    table = Table(("", "live"), ((Cell("port_dest"), Cell("587", State.WARNING, "was 465")),), "Both sides")
    entry = replace(FAILURE, tables=(table,), snippets=(Snippet("Have it fixed", "pulumi up"),))

    html = to_html(page(group(entry, pictures=(PATH,))), MADE)

    for name, layout in (("wide", WIDE), ("narrow", NARROW)):
        assert f'<div class="{name}">{to_svg(PATH, layout, standalone=False)}</div>' in html
    assert '<td data-column="live" class="warning"><bdi>587</bdi> <small><bdi>was 465</bdi></small></td>' in html
    assert texts(next(one for one in parsed(html).iter() if one.attrib.get("class") == "snippet")) == "Have it fixedpulumi up"


def test_what_is_in_no_group_stands_before_or_behind_them() -> None:
    blocks = (Heading("Stacks"), Items(("dev: empty",)), group(FAILURE), Heading("To paste"), Code(("pulumi up",)), Paragraph("In all."))

    told = texts(parsed(to_html(Document("aem-mail drift", blocks), MADE)))

    assert told.index("Stacks dev: empty") < told.index("No TLS") < told.index("To paste pulumi up In all.")


def test_a_hundred_groups_and_a_thousand_findings_are_one_page_of_a_few_megabytes() -> None:
    groups = [group(*[FAILURE] * 10, title=f"environment {number}") for number in range(100)]

    html = to_html(page(*groups), MADE)

    assert html.count('<article class="entry error"') == 1000
    assert len(html) < 3_000_000


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)

    with pytest.raises(InvalidInput, match=r"jinja2 is missing.*pip install 'aem-mail\[report\] @ git"):
        to_html(page(group(FAILURE)), MADE)


def test_a_row_that_becomes_a_list_on_a_narrow_screen_names_the_column_of_each_cell() -> None:
    table = Table(("", "declared", "live"), plain_rows(("port_dest", "465", "587")))

    root = parsed(to_html(page(group(replace(FAILURE, tables=(table,)))), MADE))

    cells = [(one.attrib["data-column"], texts(one)) for one in root.iter() if local(one) == "td"]
    assert cells == [("declared", "465"), ("live", "587")]
    assert "td::before { content: attr(data-column);" in "".join(one.text or "" for one in root.iter() if local(one) == "style")
