from datetime import date

import pytest

from aem_mail.simulator.decisions import Decision, decisions


def test_each_decision_has_a_name_of_its_own() -> None:
    names = [one.id for one in decisions()]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("decision", decisions(), ids=lambda one: one.id)
def test_a_decision_names_a_document_and_the_day_on_which_it_was_read_or_is_unproven(decision: Decision) -> None:
    assert decision.is_proven == (decision.read is not None)
    assert decision.document is None or decision.document.startswith("https://")
    assert decision.read is None or decision.read >= date(2026, 11, 28)
