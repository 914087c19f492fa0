from typing import Any

import pytest

from aem_mail.stack.values import MASKED, is_masked


@pytest.mark.parametrize(("value", "masked"), [(MASKED, True), ([{"a": MASKED}], True), ("secret", False), ({"a": ["x", 1, None]}, False)])
def test_something_enciphered_is_found_however_deep_it_lies(value: Any, masked: bool) -> None:
    assert is_masked(value) is masked
