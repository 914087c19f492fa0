from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds.mail_secrets import MailSecret, mail_secrets
from tests.strategies import anything

OAUTH = {"client_secret": "a", "refresh_token_from": "env:TOKEN", "refresh_token_expires_at": "2030-01-01", "client_secret_variable": "OWN"}


def test_without_oauth_there_are_user_and_password() -> None:
    assert mail_secrets({"username": "me", "password_from": "env:P", "password_variable": "PW"}) == [
        MailSecret("username", "EMAIL_USERNAME", "me"),
        MailSecret("password", "PW", None, "env:P"),
    ]


def test_with_oauth_the_password_is_left_out_unless_it_is_given() -> None:
    secrets = mail_secrets({"username": "me", "oauth": OAUTH})

    assert secrets == [
        MailSecret("username", "EMAIL_USERNAME", "me"),
        MailSecret("oauth.client_secret", "OWN", "a"),
        MailSecret("oauth.refresh_token", "SECRET_SMTP_OAUTH_REFRESH_TOKEN", None, "env:TOKEN", "2030-01-01"),
    ]
    assert [secret.role for secret in secrets] == ["username", "client-secret", "refresh-token"]
    assert [secret.variable_path for secret in secrets][1] == "oauth.client_secret_variable"
    assert "password" in {secret.path for secret in mail_secrets({"password": "x", "oauth": OAUTH})}


def test_a_secret_does_not_show_its_value() -> None:
    assert "hunter2" not in repr(mail_secrets({"password": "hunter2", "oauth": {"client_secret": "hunter2"}}))


@given(st.dictionaries(st.sampled_from(["username", "password", "password_from", "oauth"]), anything))
def test_whatever_is_declared_each_secret_has_a_role_of_its_own(properties: dict[str, Any]) -> None:
    roles = [secret.role for secret in mail_secrets(properties)]

    assert len(roles) == len(set(roles))
    assert "username" in roles
