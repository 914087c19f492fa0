from hypothesis import given
from hypothesis import strategies as st

from aem_mail.resources.base.width import Width


def test_a_narrow_engine_is_told_with_what_it_costs_and_how_to_widen_it() -> None:
    message = Width().add(6, 2)

    assert message is not None
    assert message.startswith("The engine runs 2 operations at a time, and this program declares at least 6 resources")
    assert "PULUMI_PARALLEL=256" in message
    assert "--parallel 256" in message


def test_an_engine_as_wide_as_all_components_together_is_not_mentioned() -> None:
    width = Width()

    assert [width.add(6, 12), width.add(6, 12)] == [None, None]
    assert width.add(1, 12) is not None


def test_without_an_engine_nothing_is_said() -> None:
    assert Width().add(100, None) is None


@given(st.lists(st.integers(0, 20), max_size=8), st.integers(1, 60))
def test_it_is_said_once_and_only_if_all_components_together_are_too_many(components: list[int], parallel: int) -> None:
    width = Width()

    said = [message for resources in components if (message := width.add(resources, parallel)) is not None]

    assert len(said) == (1 if sum(components) > parallel else 0)
