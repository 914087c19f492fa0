import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import InvalidInput, Problem
from aem_mail.mail_egress.arguments import MailEgressArgs
from aem_mail.settings.names import camel
from aem_mail.settings.surface import KEYS, in_program, in_stack, on_command_line, surface_of, told

TAKEN = 'choose another port_orig, or set on_conflict="replace" to take it over.'


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("PortForward", "choose another aem-mail:smtp.portOrig, or set aem-mail:onConflict.portForward=replace to take it over."),
        ("SecretEnvVar", "choose another aem-mail:smtp.portOrig, or set aem-mail:onConflict.secretEnvVar=replace to take it over."),
    ],
)
def test_a_configured_stack_is_told_its_keys(kind: str, expected: str) -> None:
    assert in_stack(TAKEN, kind) == expected


def test_a_program_is_told_its_arguments_and_the_command_line_its_options() -> None:
    assert in_program(TAKEN) == TAKEN
    assert on_command_line("Set environment_id or program_id.") == "Set --environment or --program."


@pytest.mark.parametrize(
    ("configured", "surface"),
    [(("programId",), in_stack), (("aem-mail:programId", "aws:region"), in_stack), (("orgId",), in_program), ((), in_program)],
)
def test_the_surface_of_a_stack_is_its_configuration_where_that_has_the_ids(configured: tuple[str, ...], surface: object) -> None:
    assert surface_of(configured) is surface


def test_an_error_keeps_its_class_and_its_problems() -> None:
    error = told(InvalidInput("PortForward", [Problem("port_orig", "is missing")]), in_stack)

    assert (str(error), error.problems[0].field) == ("PortForward: aem-mail:smtp.portOrig: is missing", "port_orig")


def test_each_key_ends_with_the_arguments_own_name_and_its_object_is_an_argument() -> None:
    for argument, key in KEYS.items():
        assert key.rpartition(".")[2] == camel(argument)
        assert key.partition(".")[0] in {camel(name) for name in MailEgressArgs.__dataclass_fields__}


@given(st.text(st.characters(categories=["Lu", "Zs", "Po"])))
def test_what_names_no_argument_stays_as_it_is(message: str) -> None:
    assert in_stack(message, "PortForward") == on_command_line(message) == message
