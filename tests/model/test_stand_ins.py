"""What is taken for a stand-in of a secret, and what is not."""

import secrets
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.model.stand_ins import BRACKETED, PAIRS, WORDS, is_stand_in

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True)
cases = st.sampled_from((str.lower, str.upper, str.title, str))
masks = st.builds("{}".format, st.tuples(st.sampled_from("*•●…"), st.integers(1, 80)).map(lambda mask: mask[0] * mask[1]))
words = st.builds(lambda word, case: case(word), st.sampled_from(sorted(WORDS)), cases)
bracketed = st.builds(
    lambda pair, word, case: f"{pair[0]}{case(word)}{pair[1]}",
    st.sampled_from(sorted(PAIRS.items())),
    st.sampled_from(sorted(WORDS | BRACKETED)),
    cases,
)
unfilled = st.builds(
    str.replace,
    st.sampled_from(
        (
            *("${N}", "$(N)", "%a_N%", "@a.N@", "{{ N }}", "{{N}}", "${{ secrets.N }}", "{{ .Values.N }}", "#{N}#", "<N>", "<your N>"),
            *("$MAIL_A", "$env:N", "${N:?is not set}", "$(cat N)", "\\${N}", "$${N}", "<%= N %>", "env:N", "file:./N"),
        )
    ),
    st.just("N"),
    names.map(lambda name: f"a{name}"),
)
stand_ins = masks | words | bracketed | unfilled | st.integers(3, 64).map(lambda length: "x" * length)


@given(stand_ins, st.sampled_from(("", " ", "\n", '"', "'", "\u200b", "\ufeff", "`")))
def test_a_mask_a_word_and_an_unfilled_variable_are_stand_ins(text: str, around: str) -> None:
    assert is_stand_in(f"{around}{text}{around}")


@given(stand_ins, st.text(string.ascii_letters + string.digits + "-+#", min_size=2, max_size=12))
def test_a_secret_that_only_contains_a_stand_in_is_none(text: str, rest: str) -> None:
    assert not is_stand_in(f"Qz7{text}{rest}7!")
    assert not is_stand_in(f"7{rest}!{text}Qz7")


@given(st.integers(12, 64), st.randoms(use_true_random=False))
def test_a_generated_password_is_none(length: int, random: object) -> None:
    assert not is_stand_in("".join(random.choice(string.printable[:94]) for _ in range(length)))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        *("password123", "secret", "password", "apikey", "correct horse battery", "hunter2", "a", "x", "xx", "-", "."),
        *("a${B}c", "${A}${B}", "$ecret", "$UMMER2024", "100%", "%", "{{a}}{{b}}", "<", "<>", "<p@ss>", "[a]", "[]", "({})"),
        *("''", "'", "'hunter2'", "'a''", "${?}"),
        *("*a*", "**a", "SG.x-y_z", "your monkey", "Your0wnSecret!", "changeme!", "not-changeme", "todo-2026", "xxxy", "c3VwZXI=="),
        *(
            "@Summer2024@",
            "%Passw0rd%",
            "$ecretToken",
            "env:a b",
            "file:hunter2",
            "environment:x",
            "**a1",
            "a-1**",
            "''",
            '""',
            "'a'",
            "a b a",
        ),
        *("[p@ss]", "{hunter2}", "-hunter2-", "!?!?!?", "1111", "aaaa", "enterprise", "replaceable", "changed"),
    ],
)
def test_what_somebody_may_really_use_is_none(text: str) -> None:
    assert not is_stand_in(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "****",
            "*",
            "••••••••",
            "...",
            "xxxx",
            "XXX",
            "<secret>",
            "<your password>",
            "<env:NAME or file:PATH>",
            "REDACTED",
            "[REDACTED]",
        ),
        *("[secret]", "***REDACTED***", "(sensitive value)", "[FILTERED]", "${VAR}", "${VAR:-none}", "$(VAR)", "%VAR%", "$SMTP_PASSWORD"),
        *("${VAR:?set it}", "${VAR-}", "${VAR:=a b}", "＊＊＊＊", "'****'", '" REDACTED "'),
        *("{{ mail.password }}", "${{ secrets.SMTP_PASSWORD }}", "#{SmtpPassword}#", "__SMTP_PASSWORD__", "@smtp.password@"),
        *(
            "changeme",
            "ChangeMe",
            "change-me",
            "changeit",
            "null",
            "undefined",
            "None",
            "TODO",
            "your-password",
            "YOUR_API_KEY",
            "yourSecret",
        ),
        *("＊＊＊＊", "**** ****", "****-****", "○○○○", "????", "####", "-----", "____", "xxxx-xxxx-xxxx", "****1234", "sk-abc****"),
        *(
            "[SMTP_PASSWORD]",
            "{SMTP_PASSWORD}",
            "[your password]",
            "<mot de passé>",
            "$PASSWORD",
            "(not set)",
            "[object Object]",
            "--redacted--",
        ),
        *("change_this", "ReplaceMe", "insert-password-here", "ENC[AES256_GCM,data:a=,type:str]", "$ANSIBLE_VAULT;1.1;AES256\n6162"),
        "Calling __str__ on an Output[T] is not supported.\n\nTo get the value of an Output[T] as an Output[str] consider: …",
    ],
)
def test_what_nobody_means_as_a_secret_is_a_stand_in(text: str) -> None:
    assert is_stand_in(text)


@pytest.mark.parametrize(
    "text",
    [
        *("*" * 60_000 + "a", "$A" + "_A" * 30_000 + "!", "{{" * 30_000 + "a", "<" + "a " * 30_000, "your" + "-a" * 30_000),
        *(
            "-" * 60_000 + "a",
            "- " * 30_000 + "a",
            "your" + "-api" * 20_000,
            "%" + "a_" * 30_000,
            "$" + "A" * 60_000,
            "XXX-" * 15_000,
            "\u200b" * 60_000,
            "${a" + ":-" * 30_000,
            "${" + "a" * 60_000,
            "'" * 60_000 + '"',
        ),
    ],
)
def test_a_long_value_takes_no_longer_than_it_has_characters(text: str) -> None:
    began = time.process_time()

    assert not is_stand_in(text)
    assert time.process_time() - began < 1


def test_tokens_as_programs_make_them_are_none() -> None:
    assert not any(is_stand_in(make(24)) for make in (secrets.token_hex, secrets.token_urlsafe) for _ in range(200))
