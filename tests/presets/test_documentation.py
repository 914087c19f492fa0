from pathlib import Path

import pytest

from aem_mail.presets import presets
from aem_mail.presets.documentation import documentation

PAGE = Path(__file__).parents[2] / "docs" / "presets.md"


def test_the_page_says_what_the_data_say() -> None:
    assert PAGE.read_text(encoding="utf-8").strip() == documentation().strip(), (
        "stale; run `.venv/bin/python -m aem_mail.presets.documentation docs/presets.md`"
    )


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_there_with_its_sources(name: str) -> None:
    page = documentation()

    assert f"\n## {name}\n" in page
    assert all(f"]({source})" in page for source in presets()[name].sources)
