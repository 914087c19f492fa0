import pytest

from aem_mail.settings.keys import set_command


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("smtp.port", "`pulumi config set --path aem-mail:smtp.port <465 or 587>`"),
        ("password", "`pulumi config set --secret aem-mail:password`"),
        ("passwordFrom", "`pulumi config set --plaintext aem-mail:passwordFrom <env:NAME or file:PATH>`"),
        ("egress.connections[0].sharedKey", "`pulumi config set --path --secret 'aem-mail:egress.connections[0].sharedKey'`"),
    ],
)
def test_a_command_says_of_a_secret_that_it_is_one_and_of_a_reference_that_it_is_none(key: str, command: str) -> None:
    assert set_command(key) == command
