import io

from aem_mail.cli.progress import ERASE_LINE, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def progress(stream: io.StringIO) -> tuple[Progress, Clock]:
    clock = Clock()
    shown = Progress("stacks", "environments", stream=stream, clock=clock)
    shown.expect("stacks", 3)
    return shown, clock


def test_a_short_run_says_nothing() -> None:
    stream = io.StringIO()
    shown, _ = progress(stream)

    shown.done("stacks")
    shown.end()

    assert stream.getvalue() == ""


def test_a_long_run_says_every_ten_seconds_how_far_it_is() -> None:
    stream = io.StringIO()
    shown, clock = progress(stream)

    for clock.now in (1, 11, 12):
        shown.done("stacks")
    shown.end()

    assert stream.getvalue() == "2 of 3 stacks\n"


def test_on_a_terminal_one_line_changes_and_goes() -> None:
    stream = Terminal()
    shown, clock = progress(stream)
    shown.expect("environments")

    clock.now = 1
    shown.done("environments")
    clock.now = 2
    shown.done("stacks")
    shown.end()

    assert stream.getvalue() == f"{ERASE_LINE}0 of 3 stacks, 1 of 1 environments{ERASE_LINE}1 of 3 stacks, 1 of 1 environments{ERASE_LINE}"
