import pytest

from tools.docs import CHECKOUT, GENERATED, content


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_file_holds_what_the_code_says(name: str) -> None:
    assert (CHECKOUT / name).read_text(encoding="utf-8") == content(name), "stale; run `make docs`"
