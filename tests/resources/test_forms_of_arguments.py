"""Arguments in one object, as a dictionary, or each by its name are the same; so are choices and their texts, in what is recorded too."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, Final

import pulumi
import pytest

import aem_mail
from aem_mail import (
    ConflictPolicy,
    Egress,
    EgressMode,
    Kind,
    MailEgress,
    MailEgressArgs,
    PortForward,
    PortForwardArgs,
    SecretEnvVarArgs,
    Service,
    Smtp,
    SmtpPreset,
)
from tests.resources.registered import Registered, registered_by
from tests.resources.test_arguments import ARGUMENTS, HERE, INSTEAD_OF, VALUES, comparable

MAIL_EGRESS: Final[Any] = MailEgress
PORT_FORWARD: Final[Any] = PortForward
"""As they are called where nobody checks types."""
RULE: Final[dict[str, Any]] = {**HERE, "name": "smtp.example.com", "port_dest": 465}
MAIL: Final[dict[str, Any]] = {
    **HERE,
    "from_address": "noreply@example.com",
    "username_from": "env:NOT_SET",
    "password_from": "env:NOT_SET",
}
CHOICES: Final[dict[str, StrEnum]] = {
    member.value: member
    for name in aem_mail.__all__
    if isinstance(enumeration := getattr(aem_mail, name), type) and issubclass(enumeration, StrEnum)
    for member in enumeration
}


def resources(program: Callable[[], Any]) -> list[tuple[Any, ...]]:
    """Return what a program registers."""
    return [comparable(one) for one in _registered(program)]


def _registered(program: Callable[[], Any]) -> list[Registered]:
    def run() -> Mapping[str, Any]:
        program()
        return {}

    return registered_by(run)[0]


def refused(program: Callable[[], Any]) -> str:
    """Return what a program is refused with."""
    said: list[str] = []

    def run() -> None:
        with pytest.raises(pulumi.RunError) as error:
            program()
        said.append(str(error.value))

    assert resources(run) == []
    return said[0]


def given(name: str) -> dict[str, Any]:
    """Return arguments of a class that go together."""
    values = VALUES[name]
    left_out = {one for one, instead in INSTEAD_OF.items() if {one, instead} <= values.keys()}
    return {argument: value for argument, value in values.items() if argument not in left_out}


@pytest.mark.parametrize("name", [args.__name__ for args in ARGUMENTS])
def test_arguments_by_their_names_are_as_in_one_object(name: str) -> None:
    args, make = getattr(aem_mail, name), getattr(aem_mail, name.removesuffix("Args"))
    options = pulumi.ResourceOptions(protect=True)
    in_one = resources(lambda: make("one", args(**given(name)), options))

    assert in_one
    assert resources(lambda: make("one", **given(name), opts=options)) == in_one
    assert resources(lambda: make("one", options, **given(name))) == in_one
    assert resources(lambda: make("one", given(name), options)) == in_one
    assert resources(lambda: make(name="one", args=args(**given(name)), opts=options)) == in_one


def test_objects_of_a_mail_egress_as_dictionaries_are_as_objects() -> None:
    objects = resources(lambda: MailEgress("mail", MailEgressArgs(**given("MailEgressArgs"))))

    def dictionary(value: Any) -> Any:
        if type(value).__module__ != MailEgressArgs.__module__:
            return value
        return {field.name: dictionary(getattr(value, field.name)) for field in fields(value)}

    written = {name: dictionary(value) for name, value in given("MailEgressArgs").items()}
    assert isinstance(written["oauth"], dict)
    assert resources(lambda: MAIL_EGRESS("mail", **written)) == objects
    sparse = {name: {k: v for k, v in one.items() if v is not None} if isinstance(one, dict) else one for name, one in written.items()}
    del sparse["oauth"]["client_secret_variable"]
    assert resources(lambda: MAIL_EGRESS("mail", **sparse)) == objects


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (lambda: PORT_FORWARD("x", PortForwardArgs(**RULE), port_dest=1), "not both: port_dest"),
        (lambda: PORT_FORWARD("x", PortForwardArgs(**RULE), name="y"), "not both: name"),
        (lambda: PORT_FORWARD("x", RULE, port_dest=1), "not both: port_dest"),
        (lambda: PORT_FORWARD("x", **RULE, port_orgi=30465), "PortForward x: port_orgi: is unknown; did you mean port_orig?"),
        (lambda: PORT_FORWARD("x", program_id="10001"), "environment_id: is missing; name: is missing; port_dest: is missing"),
        (lambda: PORT_FORWARD(**RULE), "PortForward: the resource's name comes first"),
        (PORT_FORWARD, "PortForward: the resource's name comes first"),
        (lambda: PORT_FORWARD("x", SecretEnvVarArgs("1", "2", "SECRET")), "PortForward x: takes its name, PortForwardArgs and options"),
        (lambda: PORT_FORWARD("x", "10001", "20001"), "takes its name, PortForwardArgs and options"),
        (lambda: MAIL_EGRESS("x", **MAIL, smtp={"hsot": "a.example.com", "port": 465}), "smtp.hsot: is unknown; did you mean host?"),
        (lambda: MAIL_EGRESS("x", **MAIL, smtp={"host": "a.example.com", "port": 465, "portOrig": 1}), "did you mean port_orig?"),
        (
            lambda: MAIL_EGRESS("x", **MAIL, smtp={"preset": "google", "former": {"prot": 1}}),
            "smtp.former.prot: is unknown; did you mean port?",
        ),
        (lambda: MAIL_EGRESS("x", **MAIL, smtp={"preset": "google"}, egress={}), "egress.mode: is missing"),
        (lambda: MAIL_EGRESS("x", **MAIL, smtp=465), "smtp: must be an object"),
    ],
)
def test_a_wrong_call_is_refused_in_one_sentence_that_names_the_argument(program: Callable[[], Any], sentence: str) -> None:
    said = refused(program)

    assert sentence in said
    assert "\n" not in said


def as_choice(value: Any) -> Any:
    """Return a value in which each text that is one of a closed set is the member of its enumeration."""
    if isinstance(value, str):
        return CHOICES.get(value, value)
    if isinstance(value, list):
        return [as_choice(item) for item in value]
    return {name: as_choice(item) for name, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("come", [lambda value: value, pulumi.Output.from_input], ids=["plain", "output"])
@pytest.mark.parametrize("name", [args.__name__ for args in ARGUMENTS])
def test_choices_are_recorded_as_the_texts_that_they_are_equal_to(name: str, come: Callable[[Any], Any]) -> None:
    make, texts = getattr(aem_mail, name.removesuffix("Args")), given(name)
    choices = {argument: as_choice(value) for argument, value in texts.items()}
    choices = {argument: come(value) if isinstance(value, StrEnum) else value for argument, value in choices.items()}

    assert resources(lambda: make("one", **choices)) == resources(lambda: make("one", **texts))
    for one in _registered(lambda: make("one", **choices)):
        assert_no_enumeration(one.inputs)


def test_a_mail_egress_of_choices_registers_what_one_of_texts_does() -> None:
    texts = {**MAIL, "smtp": Smtp(preset="google"), "egress": Egress("managed", "dedicatedEgressIp", "va7"), "services": ["author"]}
    choices = {
        **MAIL,
        "smtp": Smtp(preset=SmtpPreset.GOOGLE),
        "egress": Egress(EgressMode.MANAGED, Kind.DEDICATED_EGRESS_IP, "va7"),
        "services": [Service.AUTHOR],
        "on_conflict": {"portForward": ConflictPolicy.ERROR},
    }

    assert resources(lambda: MAIL_EGRESS("mail", **choices)) == resources(
        lambda: MAIL_EGRESS("mail", **texts, on_conflict={"portForward": "error"})
    )


def test_a_choice_that_is_refused_is_shown_as_its_text() -> None:
    said = refused(lambda: MAIL_EGRESS("x", **MAIL, smtp=Smtp(preset=Kind.VPN), egress=Egress(Service.AUTHOR)))

    assert "smtp.preset: must be" in said
    assert "not 'vpn'" in said
    assert "egress.mode: must be 'managed' or 'existing', not 'author'" in said


def assert_no_enumeration(value: Any) -> None:
    assert not isinstance(value, StrEnum)
    for item in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        assert_no_enumeration(item)
