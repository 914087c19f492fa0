import pytest

from tools.demo.narrator import WIDTH, Narrator


def test_without_a_terminal_there_are_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    narrator = Narrator()
    narrator.chapter("One")
    narrator.command("pulumi up")
    narrator.excerpt([" +  created"])

    assert capsys.readouterr().out == "\n1. One\n  $ pulumi up\n     +  created\n"


def test_a_long_command_is_shown_as_a_shell_would_take_it(capsys: pytest.CaptureFixture[str]) -> None:
    command = "aem-mail send --directory " + "d" * WIDTH

    Narrator().command(command)

    assert capsys.readouterr().out.replace(" \\\n      ", " ") == f"  $ {command}\n"


def test_a_complaint_names_the_chapter_and_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    narrator = Narrator()
    narrator.chapter("One")
    narrator.chapter("Two")
    narrator.complain("it rains")

    assert capsys.readouterr().err == "\ndemo: not as told, in chapter 2: it rains\n"
