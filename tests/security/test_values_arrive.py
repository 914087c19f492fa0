"""A value that other tools spoil arrives unchanged, however it is given; one that AEM would spoil is refused with the reason."""

import hashlib

import pytest

from tests.flow.conftest import Simulator
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

VALUES = (
    "true", "null", "False", "0123456", "1e5", "-0", '"quoted"', "'single'", '{"json": [1, null]}', "[]", "a b  c", "c$[d",
    "$HOME ${x} $(y) `z`", "back\\slash\\n", "%41%0a", "ünïcödé ☂ 𝄞", "tab\tinside", "two\nlines", "<xml/>&amp;", "--flag=x", "@file",
    "x" * 499,
)  # fmt: skip


def digests(simulator: Simulator) -> dict[str, str]:
    return {one["name"]: one.get("fingerprint", one.get("value")) for one in simulator.environment()["variables"]}


def digest(value: str) -> str:
    return f"sha256:{hashlib.sha256(value.encode()).hexdigest()}"


def test_secrets_and_plain_values_arrive_to_the_letter(stack: Stack, simulator: Simulator) -> None:
    lines, expected = [], {}
    for number, value in enumerate(VALUES):
        file = stack.folder.parent / f"secret-{number}"
        file.write_text(value)
        stack.env[f"VALUE_{number}"] = value
        for sort, given in (("V", f"{value!r}"), ("E", f"value_from='env:VALUE_{number}'"), ("F", f"value_from='file:{file}'")):
            # One that looks like a stand-in ("null") arrives where it is said to be meant.
            lines.append(f'SecretEnvVar("{sort}{number}", SecretEnvVarArgs(P, E, "MAIL_{sort}_{number}", {given}, allow_placeholder=True))')
            expected[f"MAIL_{sort}_{number}"] = digest(value)
        lines.append(f'EnvVar("P{number}", EnvVarArgs(P, E, "MAIL_P_{number}", {value!r}))')
        expected[f"MAIL_P_{number}"] = value

    stack.program("\n".join(lines)).up()

    assert digests(simulator) == expected
    stack.up("--expect-no-changes")
    stack.preview("--refresh", "--expect-no-changes")


def test_blanks_around_a_plain_value_arrive(stack: Stack, simulator: Simulator) -> None:
    stack.program('EnvVar("text", EnvVarArgs(P, E, "MAIL_TEXT", "  blanks  "))').up()

    assert digests(simulator) == {"MAIL_TEXT": "  blanks  "}


@pytest.mark.parametrize("value", [" zq-leading", "zq-trailing ", "zq-line\n", "zq$[env:HOME]", "zq$[secret:OTHER]y"])
def test_a_secret_that_aem_would_spoil_is_refused_with_the_reason_and_without_the_value(
    value: str, stack: Stack, simulator: Simulator
) -> None:
    result = stack.program(f'SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", {value!r}))').up(code=1)

    assert "AEM" in result.output
    assert value.strip() not in result.output
    assert simulator.mutations() == []
