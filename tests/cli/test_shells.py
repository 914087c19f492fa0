import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cli.shells import SHELLS

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)
SHOW = 'printf %s "$SHOWN"'


@given(TEXTS)
def test_a_posix_shell_gets_each_text_as_it_is(text: str) -> None:
    assert said_by("sh", f"{SHELLS['posix'].set('SHOWN', text)}\n{SHOW}") == text


def test_a_posix_shell_forgets_a_variable() -> None:
    assert said_by("sh", f"SHOWN=1\n{SHELLS['posix'].unset('SHOWN')}\n{SHOW}") == ""


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish on this machine")
@given(TEXTS)
def test_fish_gets_each_text_as_it_is(text: str) -> None:
    assert said_by("fish", f"{SHELLS['fish'].set('SHOWN', text)}\n{SHOW}") == text


@pytest.mark.parametrize(
    ("shell", "expected"),
    [("posix", """export A='it'"'"'s \\';"""), ("fish", r"set -gx A 'it\'s \\'"), ("powershell", r"$env:A = 'it''s \'")],
)
def test_quotes_are_written_as_each_shell_has_them(shell: str, expected: str) -> None:
    assert SHELLS[shell].set("A", "it's \\") == expected


def said_by(shell: str, script: str) -> str:
    return subprocess.run([shell, "-c", script], capture_output=True, check=True).stdout.decode()
