"""One thing has one owner in a run."""

import pytest

from aem_mail.errors import Occupied
from aem_mail.kinds.requests import NOWHERE, Answer, Origin
from aem_mail.rollout.claims import Claims, Holder, as_recorded


def test_a_key_is_claimed_as_often_as_its_owner_likes() -> None:
    claims = Claims()

    claims.claim("PortForward 1/2/30465", "smtp")
    claims.claim("PortForward 1/2/30465", "smtp")

    assert claims.owner("PortForward 1/2/30465") == "smtp"
    assert claims.owner("PortForward 1/2/30587") is None


def test_a_second_owner_is_refused_and_both_are_named() -> None:
    claims = Claims()
    claims.claim("PortForward 1/2/30465", "smtp")

    with pytest.raises(Occupied, match="mail and smtp both declare PortForward 1/2/30465"):
        claims.claim("PortForward 1/2/30465", "mail")

    assert claims.owner("PortForward 1/2/30465") == "smtp"


def test_two_kinds_of_one_name_are_two_owners() -> None:
    claims = Claims()
    claims.claim("EnvVar 1/2/all/A", "a", "EnvVar")
    claims.claim("EnvVar 1/2/all/A", "a", "EnvVar")

    with pytest.raises(Occupied, match="SecretEnvVar a and EnvVar a both declare EnvVar 1/2/all/A"):
        claims.claim("EnvVar 1/2/all/A", "a", "SecretEnvVar")


def test_whoever_claimed_something_is_declared() -> None:
    claims = Claims()
    claims.claim("NetworkInfrastructure 1/va7 flexiblePortEgress", "way-out")

    assert claims.is_declared("way-out")
    assert not claims.is_declared("smtp")


def test_it_is_known_who_holds_a_place_and_where_that_one_goes() -> None:
    claims = Claims()
    claims.remember("PortForward 1/2/30465", "smtp", wanted="PortForward 1/2/30587")

    assert claims.holders() == {"PortForward 1/2/30465": Holder("smtp", "PortForward 1/2/30587")}

    claims.arrived("PortForward 1/2/30587")
    claims.remember("PortForward 1/2/30465", "smtp")

    assert claims.holders() == {"PortForward 1/2/30465": Holder("smtp", "PortForward 1/2/30587", arrived=True)}


def test_one_that_was_only_read_has_left_the_program_unless_it_declares_something_of_its_kind() -> None:
    claims = Claims()
    claims.remember("PortForward 1/2/30465", "mail")
    claims.claim("EnvVar 1/2/all/MAIL_FROM", "mail")

    assert claims.holders() == {"PortForward 1/2/30465": Holder("mail")}

    claims.claim("PortForward 1/2/30587", "mail")

    assert claims.holders() == {"PortForward 1/2/30465": Holder("mail", "PortForward 1/2/30587")}


def test_a_place_that_a_set_of_entries_gives_up_is_free_though_the_set_declares_others() -> None:
    claims = Claims()
    claims.remember("PortForward 1/2/30465", "ways", NOWHERE)
    claims.claim("PortForward 1/2/30587", "ways")

    assert claims.holders() == {"PortForward 1/2/30465": Holder("ways")}


def test_what_the_program_announces_has_an_owner_before_it_is_claimed() -> None:
    claims = Claims()
    claims.announce({"PortForward 1/2/30465": "smtp"})

    assert claims.owner("PortForward 1/2/30465") == "smtp"
    claims.claim("PortForward 1/2/30465", "another")
    assert claims.owner("PortForward 1/2/30465") == "another"


def test_one_that_is_only_announced_goes_where_the_program_says() -> None:
    claims = Claims()
    claims.remember("PortForward 1/2/30465", "mail")
    claims.announce({"PortForward 1/2/30587": "mail"})

    assert claims.holders() == {"PortForward 1/2/30465": Holder("mail", "PortForward 1/2/30587")}


def test_an_entry_of_a_set_of_several_keeps_its_place_or_has_none() -> None:
    claims = Claims()
    claims.announce({"PortForward 1/2/30465": "ways", "PortForward 1/2/30587": "ways"})
    claims.remember("PortForward 1/2/30465", "ways")
    claims.remember("PortForward 1/2/30636", "ways")

    assert claims.holders() == {
        "PortForward 1/2/30465": Holder("ways", "PortForward 1/2/30465"),
        "PortForward 1/2/30636": Holder("ways"),
    }


def test_what_is_recorded_is_kept_when_the_place_is_heard_of_later_and_makes_the_place_known() -> None:
    claims, key = Claims(), "PortForward 1/2/30465"
    claims.remember(key, "smtp", recorded={"origin": "created"})
    claims.remember(key, "smtp", wanted=key)

    assert claims.holders()[key].created
    assert not claims.is_unknown([key])
    assert claims.is_unknown([key, "PortForward 1/2/30587"])


def test_what_this_stack_has_created_stays_created_and_errors_stay_errors() -> None:
    claims = Claims()
    claims.remember("mine", "a", recorded={"origin": "created"})
    claims.remember("adopted", "b", recorded={"origin": "adopted"})
    error = Occupied("no")

    answers = as_recorded([Answer(), Answer(), Answer(), error], ["mine", "adopted", None, "mine"], claims.holders())

    assert [getattr(one, "origin", one) for one in answers] == [Origin.CREATED, Origin.ADOPTED, Origin.ADOPTED, error]
