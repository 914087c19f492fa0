"""The page `docs/presets.md`."""

from collections.abc import Iterator
from typing import Final

from aem_mail.presets.providers import OAuthEndpoints, Preset, Tls, presets

INTRODUCTION: Final = """# Presets of mail servers

`Smtp(preset="sendgrid")`, or `aem-mail:smtp.preset` in the configuration of a stack, stands for what follows: the port, and where they are
the same for everybody, the host and the user; of several ports the first. What you declare wins. Without a preset you declare host and
port; the checks know a mail server by its host anyway.

This page is generated from the data: `make docs`.
"""
BEGINS: Final[dict[Tls, str]] = {"implicit": "TLS", "starttls": "STARTTLS"}
LOGINS: Final = {"password": "password", "oauth2": "[OAuth 2.0](resources.md#oauth-20)"}
GUARDS: Final = {True: " It guards SMTP.", False: " It does not guard SMTP.", None: ""}


def page() -> str:
    """Return it as Markdown."""
    return "\n".join([INTRODUCTION, *(line for one in presets().values() for line in _section(one))])


def _section(one: Preset) -> Iterator[str]:
    yield f"## {one.name}"
    yield ""
    yield f"**{one.title}**"
    yield ""
    yield f"- host: {'declare it' if one.host is None else f'`{one.host}`'}"
    yield from () if one.hosts == (one.host,) else [f"- known by: {', '.join(f'`{host}`' for host in one.hosts)}"]
    yield f"- ports: {', '.join(f'{port} ({BEGINS[tls]})' for port, tls in one.ports.items())}"
    yield f"- user: {one.user}{'' if one.user_value is None else f'; taken: `{one.user_value}`'}"
    yield f"- login: {', '.join(LOGINS[each] for each in one.authentication)}"
    yield from (f"- from {each.day} on a password [{each.what}]({each.source}), announced {each.announced}" for each in one.password_ends)
    yield f"- allow-list: {one.allow_list}{GUARDS[one.guards_smtp]}"
    yield from () if one.oauth is None else _tokens(one.oauth)
    yield f"- sources, read {one.read}: {', '.join(f'[{number}]({source})' for number, source in enumerate(one.sources, 1))}"
    yield ""


def _tokens(oauth: OAuthEndpoints) -> Iterator[str]:
    yield f"- tokens: `{oauth.token_url}`"
    yield f"- sign-in: `{oauth.auth_url}`"
    yield f"- scopes: {', '.join(f'`{scope}`' for scope in oauth.scopes)}"
