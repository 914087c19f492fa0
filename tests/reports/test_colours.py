"""Whatever is to be read stands out from what is behind it, in light and in dark (WCAG 2.2: 4.5 : 1 for text, 3 : 1 for marks)."""

import re
from importlib.resources import files

import pytest

from aem_mail.reports.mail_path.svg import style

SHEET = style() + files("aem_mail.reports").joinpath("templates", "page.css").read_text(encoding="utf-8")
STATES = ("ok", "info", "warning", "error")
TEXTS = [
    *((text, behind) for text in ("text", "muted") for behind in ("page", "surface", "soft")),
    *((state, "surface") for state in (*STATES, "unknown")),
    *((state, f"{state}-soft") for state in STATES),
    *(("text", f"{state}-soft") for state in STATES),
]
MARKS = [*((state, "surface") for state in (*STATES, "unknown")), ("focus", "page"), ("focus", "surface")]


def colours(dark: bool) -> dict[str, str]:
    """Return the custom properties that are colours."""
    blocks = re.findall(r"(@media \(prefers-color-scheme: dark\) \{\s*)?:root \{([^}]*)\}", SHEET)
    found: dict[str, str] = {}
    for media, block in blocks:
        if not media or dark:
            found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "behind"), TEXTS)
def test_text_can_be_read(text: str, behind: str, dark: bool) -> None:
    found = colours(dark)

    assert contrast(found[text], found[behind]) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "behind"), MARKS)
def test_marks_can_be_seen(mark: str, behind: str, dark: bool) -> None:
    found = colours(dark)

    assert contrast(found[mark], found[behind]) >= 3


def test_dark_is_another_set_of_the_same_colours() -> None:
    light, dark = colours(dark=False), colours(dark=True)

    assert set(light) == set(dark)
    assert luminance(light["page"]) > 0.5 > luminance(dark["page"])
