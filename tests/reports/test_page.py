from hypothesis import given
from hypothesis import strategies as st

from aem_mail.reports.document import LEVELS, SEVERITIES, Group
from aem_mail.reports.html import worst_first
from tests.reports.pages import FAILURE, IGNORED, WARNING, group, page, pages


def test_what_somebody_lives_with_is_counted_apart() -> None:
    whole = page(group(FAILURE, WARNING), group(IGNORED))

    assert [whole.count(severity) for severity in SEVERITIES] == [1, 0, 1, 0, 1]
    assert [one.state for one in whole.groups] == ["error", "ok"]
    assert whole.kinds == ["M05", "M07"]


@given(st.data())
def test_the_groups_with_the_most_errors_come_first_and_equals_keep_their_order(data: st.DataObject) -> None:
    groups = data.draw(pages()).groups

    ordered = worst_first(groups)

    def badness(one: Group) -> list[int]:
        return [one.count(level) for level in LEVELS]

    assert [badness(one) for one in ordered] == sorted(map(badness, groups), reverse=True)
    alike = [one for one in groups if badness(one) == [0, 0, 0, 0]]
    assert [one for one in ordered if badness(one) == [0, 0, 0, 0]] == alike
