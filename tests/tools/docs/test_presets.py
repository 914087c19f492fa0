import pytest

from aem_mail.presets import presets
from tools.docs.presets import page


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_there_with_its_sources(name: str) -> None:
    text = page()

    assert f"\n## {name}\n" in text
    assert all(f"]({source})" in text for source in presets()[name].sources)
