import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks.project_files import SECRET_KEYS
from aem_mail.kinds.mail_secrets import DEFAULT_VARIABLES
from aem_mail.model.secret_like import is_secret_name, is_secret_value, looks_secret

TELLING = ("pass", "password", "passwd", "passphrase", "pwd", "key", "apikey", "api_key", "token", "secret", "credential", "credentials")
BEFORE = st.lists(st.sampled_from(("smtp", "email", "sendgrid", "db", "crm", "mail2", "x")), max_size=3)
FORMS = st.sampled_from(("_".join, ".".join, "-".join, "".join, lambda words: words[0] + "".join(map(str.capitalize, words[1:]))))
CASES = st.sampled_from((str, str.upper, str.lower, str.title))
CREDENTIAL_VALUES = (
    "SG.abcdefgh.ijklmnop",
    "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",
    "xkeysib-0123456789abcdef",
    "key-0123456789abcdef0123456789abcdef",
    "ghp_0123456789abcdefghij",
    "AKIAIOSFODNN7EXAMPLE",
    "-----BEGIN PRIVATE KEY-----\nMIIE",
    "-----BEGIN RSA PRIVATE KEY-----\\nMIIE",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "https://user:hunter2@crm.example.com/api",
    "smtp://apikey:p/w?x@smtp.example.com:465",
    "https://ghs123@github.com/wknd/site.git",
    "amqps://:hunter2@queue.example.com",
    "Bearer abcdef0123456789",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln",
    "Server=db;User Id=aem;Password=hunter2;",
    '{"user": "apikey", "password": "hunter2"}',
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abcd==",
    "https://hooks.slack.com/services/T00000000/B00000000/XXXX",
)
PLAIN_VALUES = (
    *("", "true", "bye", "smtp.sendgrid.com", "SG", "https://www.wknd.site/contact?to=a@b.example", "noreply@wknd.site", "apikey"),
    *("https://www.wknd.site:8443/a@b", "$[secret:EMAIL_PASSWORD]", "Forgot your password: see https://www.wknd.site", "Basic plan"),
    *("https://www.wknd.site/reset?token={token}", "key-account managers", "-----BEGIN CERTIFICATE-----\nMIIE"),
)


@given(BEFORE, st.sampled_from(TELLING), st.sampled_from(("", "_author", "2")), FORMS, CASES)
def test_a_name_that_says_what_it_holds_is_that_of_a_secret_in_every_form(
    before: list[str], telling: str, behind: str, form: Callable[[list[str]], str], case: Callable[[str], str]
) -> None:
    assert is_secret_name(case(form([*before, telling])) + behind)


@given(st.sampled_from(TELLING), st.text(alphabet="ABCDEFGHabcdefgh_.0123456789", max_size=8), st.integers(0, 2**12))
def test_capitals_do_not_matter(telling: str, before: str, capitals: int) -> None:
    mixed = "".join(one.upper() if capitals >> place & 1 else one for place, one in enumerate(telling))

    assert is_secret_name(f"{before}_{mixed}")


@pytest.mark.parametrize("name", ["SMTP_PASS", "EMAIL_PASS", "SENDGRID_KEY", "DB_PW", "dbPw", "SIM_PIN", "VPN_PSK", "AWS_CREDS"])
def test_short_forms_are_names_of_secrets_too(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("MAIL_FOOTER", "MAIL_KEYWORDS", "KEYBOARD_LAYOUT", "PASSIVE_MODE", "smtp.host", "SPINNER", "OPTION", "SALTED_CARAMEL"),
        *("COMPASS_URL", "EMAIL_USERNAME", "SMTP_AUTH", "CREDIT_LIMIT", "SECRETARY_MAIL", "author", ""),
    ],
)
def test_names_that_only_sound_like_it_are_not(name: str) -> None:
    assert not is_secret_name(name)


def test_a_harmless_word_hides_no_other_one() -> None:
    assert is_secret_name("KEYWORD_KEY")
    assert is_secret_name("bypassword")


@pytest.mark.parametrize("value", CREDENTIAL_VALUES)
def test_a_value_of_the_form_of_a_credential_is_a_secret_whatever_it_is_called(value: str) -> None:
    assert looks_secret("MAIL_FOOTER", value)
    assert looks_secret("MAIL_FOOTER", ["bye", f"see {value}"])


@pytest.mark.parametrize("value", PLAIN_VALUES)
def test_a_plain_value_is_none(value: str) -> None:
    assert not looks_secret("MAIL_FOOTER", value)


@pytest.mark.parametrize("value", [None, True, 465, 1.5, [], [1, 2]])
def test_what_is_no_text_is_judged_by_its_name_alone(value: object) -> None:
    assert not is_secret_value(value)
    assert looks_secret("smtpPassword", value)


def test_what_the_package_itself_takes_for_secrets_looks_like_one() -> None:
    ours = [*(key for keys in SECRET_KEYS.values() for key in keys), *DEFAULT_VARIABLES.values(), "clientSecret", "accessToken"]

    assert [name for name in ours if not is_secret_name(name)] == [DEFAULT_VARIABLES["username"]]


@pytest.mark.parametrize("piece", ["://a:b", "://a", "eyJaaaaaaaa.", "-----BEGIN A", "Bearer ", "password ", "a", "SG.", "keyPass"])
def test_a_long_value_takes_no_long_time(piece: str) -> None:
    text = piece * (1 << 16)
    began = time.process_time()

    is_secret_value(text)
    is_secret_name(text)

    assert time.process_time() - began < 5
