"""One thing has one owner in a run."""

import pytest

from aem_mail.errors import Occupied
from aem_mail.rollout.claims import Claims


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


def test_whoever_claimed_something_is_declared() -> None:
    claims = Claims()
    claims.claim("NetworkInfrastructure 1/va7 flexiblePortEgress", "way-out")

    assert claims.is_declared("way-out")
    assert not claims.is_declared("smtp")
