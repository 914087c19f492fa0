from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks import Subject, find_mistakes
from aem_mail.checks.ignores import JudgedFinding, judge
from aem_mail.reports.mail_path import NARROW, WIDE, Layout, MailPath, State, StationKind, mail_paths, to_svg
from aem_mail.reports.mail_path.svg import SIGNS, style
from tests.checks.cases import CASES
from tests.checks.situations import TODAY, Situation, healthy, live
from tests.hostile import subjects
from tests.markup import local, parsed, texts

ELEMENTS = {"svg", "title", "desc", "style", "g", "circle", "path", "text"}
LAYOUTS = pytest.mark.parametrize("layout", [WIDE, NARROW], ids=["wide", "narrow"])


def path_of(situation: Situation, directory: Path) -> MailPath:
    subject = situation.subject(directory)
    (path,) = mail_paths(subject, judge(find_mistakes(subject), [], TODAY))
    return path


def inside(root: Element) -> bool:
    """Say whether every text and mark stands within the picture."""
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    points = [
        (float(one.attrib[f"{axis}x"]), float(one.attrib[f"{axis}y"]))
        for axis in ("", "c")
        for one in root.iter()
        if f"{axis}x" in one.attrib
    ]
    return all(0 <= x <= width and 0 <= y <= height for x, y in points)


@LAYOUTS
def test_a_reader_who_sees_nothing_is_told_everything(layout: Layout, tmp_path: Path) -> None:
    root = parsed(to_svg(path_of(CASES["M05"]["no TLS at first on 465"].mistake, tmp_path), layout))

    assert root.attrib["role"] == "img"
    title, desc = root[0], root[1]
    assert (local(title), title.text) == ("title", "Mail path of author, publish and preview: error")
    assert local(desc) == "desc"
    assert "proxy: AEM_PROXY_HOST:30465, ok." in (desc.text or "")
    assert "TLS from the first byte), error: M05 error: smtp.ssl does not fit the mail server's port." in (desc.text or "")


@LAYOUTS
def test_every_station_is_drawn_in_its_state_and_within_the_picture(layout: Layout, tmp_path: Path) -> None:
    path = path_of(healthy(live=live()), tmp_path)

    root = parsed(to_svg(path, layout))

    groups = [one for one in root.iter() if local(one) == "g"]
    assert [one.attrib["class"] for one in groups] == [str(station.state) for station in path.stations]
    assert all(str(place) in texts(root) for place in StationKind)
    assert inside(root)


def test_no_state_is_shown_by_its_colour_alone() -> None:
    assert len({SIGNS[state] for state in State}) == len(State)
    assert all(f".{state}" in style() for state in State)


def test_colours_follow_the_readers_system() -> None:
    assert "@media (prefers-color-scheme: dark)" in style()


def test_a_picture_of_its_own_has_its_style_in_it_and_one_within_a_page_has_not(tmp_path: Path) -> None:
    path = path_of(healthy(), tmp_path)

    assert "<style>" in to_svg(path)
    assert to_svg(path).startswith('<svg class="mail-path" role="img" viewBox="0 0 1176 ')
    assert "<style>" not in to_svg(path, standalone=False)


def test_beyond_an_error_the_way_is_dotted(tmp_path: Path) -> None:
    svg = to_svg(path_of(CASES["M02"]["the server's own port"].mistake, tmp_path))

    tracks = [one.attrib["class"] for one in parsed(svg).iter() if one.attrib.get("class", "").startswith("track")]
    assert tracks == ["track"] * 4 + ["track beyond"] * 2


@given(subjects(), st.sampled_from((WIDE, NARROW)))
def test_whatever_things_are_called_the_picture_is_a_picture(subject: Subject, layout: Layout) -> None:
    for path in mail_paths(subject, [JudgedFinding(finding) for finding in find_mistakes(subject)]):
        root = parsed(to_svg(path, layout, standalone=False))

        assert {local(one) for one in root.iter()} <= ELEMENTS
        assert not any(name.startswith("on") or name.endswith("href") or name == "style" for one in root.iter() for name in one.attrib)
        assert inside(root)
