import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.adopt.adoption import adopt
from aem_mail.adopt.program_text import program_of, text_of
from aem_mail.adopt.program_there import ProgramThere, read_program
from aem_mail.live.model import LiveEnvironment
from aem_mail.model import EnvironmentId
from tests.adopt.environments import environments
from tests.adopt.test_program_text import CHOICES, EVERYTHING

FILES = st.sampled_from((None, "variables.yaml"))
WHOLE = text_of(program_of(EVERYTHING))


@given(environments, CHOICES, FILES)
def test_what_was_written_is_read_back_to_the_letter(found: LiveEnvironment, choices: object, file: str | None) -> None:
    program = program_of(adopt(found, choices), file)  # type: ignore[arg-type]

    there = read_program(text_of(program))

    assert there == ProgramThere(program.environment, bool(program.services), program)


@given(st.integers(0, len(WHOLE)), st.characters(codec="utf-8"))
def test_a_program_with_one_character_more_is_not_taken_for_another_one(place: int, character: str) -> None:
    text = WHOLE[:place] + character + WHOLE[place:]

    program = read_program(text).program

    assert program is None or text_of(program) == text


@pytest.mark.parametrize("line", ["# mine", "print()", 'EnvVar("a", EnvVarArgs("1", "2", "A", "x"))', "import os", ""])
def test_a_line_of_somebody_elses_makes_it_a_program_that_is_not_known(line: str) -> None:
    assert read_program(f"{WHOLE}{line}\n").program is None


def test_the_environment_of_a_program_that_was_edited_is_still_known() -> None:
    assert read_program(f"{WHOLE}# mine\n") == ProgramThere(EnvironmentId("10001", "20001"), reads_configuration=True)


@pytest.mark.parametrize("text", ["", "def", "\0", "(" * 5000, 'a = "\\d"', "x = " + "9" * 5000, "MailEgress()\nvariables_from_file()\n"])
def test_a_text_that_is_no_program_of_this_kind_says_nothing(text: str) -> None:
    assert read_program(text) == ProgramThere()


@pytest.mark.parametrize("call", ["mail_egress_args()", "program.mail_egress_args()", "replace(mail_egress_args(), services=[])"])
def test_a_program_that_calls_for_the_configuration_reads_it(call: str) -> None:
    assert read_program(f"MailEgress('mail', {call})\n").reads_configuration


def test_a_comment_reads_no_configuration() -> None:
    assert not read_program("# mail_egress_args()\nprint('mail_egress_args')\n").reads_configuration
