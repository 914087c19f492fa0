"""Whose it is what stands in a place: what the record tells of it, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.rollout.ownership import Evidence, Whose, whose

evidence = st.builds(
    Evidence, recorded=st.booleans(), pending=st.integers(0, 3), begun=st.booleans(), edited=st.booleans(), read=st.booleans()
)


def test_what_the_state_shows_is_ours_whether_or_not_all_of_it_was_read() -> None:
    assert whose(Evidence(recorded=True)) is Whose.OURS
    assert whose(Evidence(recorded=True, read=True)) is Whose.OURS


def test_a_creation_that_an_earlier_run_was_cut_off_in_is_ours_and_this_runs_own_proves_nothing() -> None:
    assert whose(Evidence(pending=1, read=True)) is Whose.OURS
    assert whose(Evidence(pending=1, begun=True, read=True)) is Whose.FOREIGN
    assert whose(Evidence(pending=2, begun=True, read=True)) is Whose.OURS


def test_what_the_record_does_not_show_is_foreign_and_unknown_where_it_was_not_read() -> None:
    assert whose(Evidence(read=True)) is Whose.FOREIGN
    assert whose(Evidence()) is Whose.UNKNOWN


@given(evidence)
def test_what_somebody_has_edited_is_nobodys_to_overwrite(one: Evidence) -> None:
    edited = Evidence(one.recorded, one.pending, one.begun, edited=True, read=one.read)

    assert whose(edited) is Whose.FOREIGN


@given(evidence)
def test_reading_the_record_makes_nothing_unknown_and_takes_nothing_from_us(one: Evidence) -> None:
    read = whose(Evidence(one.recorded, one.pending, one.begun, one.edited, read=True))

    assert read is not Whose.UNKNOWN
    assert (read is Whose.OURS) == (whose(one) is Whose.OURS)


@given(evidence)
def test_more_that_speaks_for_us_never_makes_it_foreign(one: Evidence) -> None:
    more = Evidence(one.recorded, one.pending + 1, one.begun, one.edited, one.read)

    assert whose(one) is not Whose.OURS or whose(more) is Whose.OURS
