import pytest

from aem_mail.adopt.program_text import DECLARES_ALL, DECLARES_MAIL, PROGRAM, called_in
from tests.docs.markdown import REPOSITORY


def test_it_is_the_program_of_this_project() -> None:
    assert (REPOSITORY / "__main__.py").read_text(encoding="utf-8") == PROGRAM


@pytest.mark.parametrize(
    ("text", "called"),
    [
        (PROGRAM, DECLARES_ALL),
        ("program.declare_environment()\n", DECLARES_ALL),
        ("MailEgress('mail', mail_egress_args())\n", DECLARES_MAIL),
        ("replace(mail_egress_args(), services=[])", DECLARES_MAIL),
    ],
)
def test_a_program_calls_for_the_configuration_however_it_does_so(text: str, called: str) -> None:
    assert called in called_in(text)


@pytest.mark.parametrize("text", ["", "def", "\0", "(" * 5000, "x = " + "9" * 5000, "# declare_environment()\nprint('mail_egress_args')\n"])
def test_what_calls_for_no_configuration_does_not(text: str) -> None:
    assert called_in(text).isdisjoint({DECLARES_ALL, DECLARES_MAIL})
