import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aem_mail.model.fingerprint import change_reason, fingerprint, matches, reuse_or_compute

PLACE = {"environment": "20001", "name": "EMAIL_PASSWORD"}
SECRET = "correct horse"
OTHER = "battery staple"
PINNED_SCRYPT = "fp1:2c67b9f227f5811f"
PINNED_KEYED = "fp2:e299dba1ae71ffad"
SCRYPT = fingerprint(SECRET, **PLACE, service=None)
KEYED = fingerprint(SECRET, **PLACE, service=None, key="k1")


def test_the_form_says_how_it_was_made() -> None:
    assert SCRYPT.startswith("fp1:")
    assert KEYED.startswith("fp2:")
    assert len(SCRYPT) == len(KEYED) == len("fp1:") + 16


def test_the_same_secret_has_the_same_fingerprint_in_every_release() -> None:
    assert fingerprint("password123", environment="20001", service="author", name="EMAIL_PASSWORD") == PINNED_SCRYPT
    assert fingerprint("password123", environment="20001", service="author", name="EMAIL_PASSWORD", key="k") == PINNED_KEYED


@pytest.mark.parametrize(
    "place",
    [
        {"environment": "20002", "service": None, "name": "EMAIL_PASSWORD"},
        {"environment": "20001", "service": "author", "name": "EMAIL_PASSWORD"},
        {"environment": "20001", "service": None, "name": "EMAIL_USERNAME"},
    ],
)
def test_equal_secrets_of_two_variables_do_not_show_that_they_are_equal(place: dict[str, str | None]) -> None:
    environment, name = str(place["environment"]), str(place["name"])

    assert fingerprint(SECRET, environment=environment, service=place["service"], name=name) != SCRYPT
    assert fingerprint(SECRET, environment=environment, service=place["service"], name=name, key="k1") != KEYED


def test_no_key_and_an_empty_key_are_the_same() -> None:
    assert fingerprint(SECRET, **PLACE, service=None, key="") == SCRYPT


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from([None, "k1"]))
def test_fingerprints_are_equal_only_for_equal_values(one: str, other: str, key: str | None) -> None:
    left, right = (fingerprint(value, **PLACE, service=None, key=key) for value in (one, other))

    assert (left == right) == (one == other)


def test_a_value_that_utf8_cannot_hold_has_a_fingerprint_too() -> None:
    assert fingerprint("\ud800", **PLACE, service=None) != fingerprint("\ud801", **PLACE, service=None)


def reuse(value: str, recorded_value: str | None, recorded: str | None, key: str | None) -> str:
    return reuse_or_compute(value, recorded_value=recorded_value, recorded_fingerprint=recorded, **PLACE, service=None, key=key)


@pytest.mark.parametrize("recorded", [SCRYPT, KEYED])
@pytest.mark.parametrize("key", [None, "k1", "k2"])
def test_a_declared_value_that_stays_keeps_its_fingerprint_whatever_becomes_of_the_key(recorded: str, key: str | None) -> None:
    assert reuse(SECRET, SECRET, recorded, key) == recorded


@pytest.mark.parametrize(
    ("recorded", "key"),
    [(SCRYPT, None), (SCRYPT, "k1"), (KEYED, "k1")],
    ids=["same form", "key set since", "same key"],
)
def test_a_referenced_value_that_stays_keeps_its_fingerprint_where_it_can_be_recomputed(recorded: str, key: str | None) -> None:
    assert reuse(SECRET, None, recorded, key) == recorded


@pytest.mark.parametrize(("key", "form"), [(None, "fp1:"), ("k2", "fp2:")], ids=["key gone", "key changed"])
def test_a_referenced_value_gets_a_new_fingerprint_where_the_old_one_cannot_be_recomputed(key: str | None, form: str) -> None:
    fresh = reuse(SECRET, None, KEYED, key)

    assert fresh != KEYED
    assert fresh.startswith(form)


@pytest.mark.parametrize("recorded_value", [SECRET, None])
@pytest.mark.parametrize("recorded", [SCRYPT, None])
def test_a_new_value_gets_a_new_fingerprint(recorded_value: str | None, recorded: str | None) -> None:
    assert reuse(OTHER, recorded_value, recorded, None) == fingerprint(OTHER, **PLACE, service=None)


def test_nothing_matches_a_keyed_fingerprint_without_its_key() -> None:
    assert matches(SECRET, KEYED, **PLACE, service=None, key="k1")
    assert not matches(SECRET, KEYED, **PLACE, service=None)


@pytest.mark.parametrize(
    ("recorded", "current", "words"),
    [
        (SCRYPT, KEYED, "the referenced value has changed"),
        (KEYED, "fp2:0000000000000000", "the referenced value or AEM_MAIL_FINGERPRINT_KEY has changed"),
        (KEYED, SCRYPT, "AEM_MAIL_FINGERPRINT_KEY is not set"),
    ],
)
def test_the_reason_tells_a_changed_value_from_a_missing_key(recorded: str, current: str, words: str) -> None:
    assert words in change_reason(recorded, current)
