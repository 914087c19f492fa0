from hypothesis import given
from hypothesis import strategies as st

from aem_mail.pipelines.record import ShownPlans, digests, from_body, is_marked, to_line
from tests.pipelines.reports import change, plan

records = st.builds(ShownPlans, st.text(), st.dictionaries(st.text(), st.frozensets(st.text(max_size=16), max_size=4), max_size=4))


@given(record=records, rest=st.text())
def test_a_record_is_read_as_it_was_written_whatever_follows(record: ShownPlans, rest: str) -> None:
    body = f"{to_line(record)}\n{rest}"

    assert from_body(body) == record
    assert is_marked(body)


@given(record=records)
def test_a_record_is_one_line_that_ends_where_it_says(record: ShownPlans) -> None:
    line = to_line(record)

    assert "\n" not in line
    assert "\r" not in line
    assert line.count("-->") == 1


@given(
    text=st.text()
    | st.text().map("<!-- aem-mail-plan {} -->".format)
    | st.just('<!-- aem-mail-plan {"version":1,"tree":1,"stacks":[1]} -->')
)
def test_a_body_that_holds_no_record_is_none(text: str) -> None:
    assert from_body(text) is None


def test_a_digest_is_of_what_changes_and_of_nothing_else() -> None:
    costly = plan(change("a")) | {"cost": {"restarts": 9}, "notes": []}

    assert digests(plan(change("a"))) == digests(costly)
    assert digests(plan(change("a"))) != digests(plan(change("a", thing="30465 → other.example.com:465")))
    assert digests(plan(change("a"))) < digests(plan(change("a"), change("b")))
    assert digests(plan(others=1)) != digests(plan(others=2))
    assert digests(plan()) == frozenset()


def test_what_is_found_as_declared_was_reviewed_though_the_review_could_not_ask_what_is_there() -> None:
    shown = change("a")
    del shown["adopted"]

    assert digests(plan(shown)) == digests(plan(change("a"))) == digests(plan(change("a", adopted=True)))


def test_fewer_changes_of_other_packages_are_part_of_more() -> None:
    few, many = (digests({"changes": [], "otherChanges": number}) for number in (2, 3))

    assert few < many
