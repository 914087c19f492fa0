"""OAuth 2.0 of the mail service: the switch, the provider's configuration, and what the mail server wants."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from aem_mail.checks.catalogue import CONFIGURATION, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import Place
from aem_mail.checks.placeholders import may_use_oauth
from aem_mail.checks.subject import ProjectFile, Subject, TierConfiguration
from aem_mail.model import PortForward
from aem_mail.osgi import OAUTH_PID, UNUSED_PASSWORD
from aem_mail.osgi.values import as_text
from aem_mail.presets import Milestone, SmtpPreset, preset_for
from aem_mail.text.words import counted, listed

MICROSOFT_LOGIN: Final = re.compile(r"https://login\.microsoftonline\.com/(?P<tenant>[^/]+)/")
EVERY_TENANT: Final = frozenset({"common", "organizations", "consumers"})
GOOGLE_LOGIN: Final = re.compile(r"https://[a-z0-9.]+\.(?:google|googleapis)\.com/")
HTTPS: Final = re.compile(r"https://[^\s/:?#]+(?::443)?/\S*")
URLS: Final = ("authUrl", "tokenUrl", "refreshUrl")
GOOGLE_SCOPE: Final = "https://mail.google.com/"


@check(
    "M13",
    Severity.ERROR,
    "OAuth scopes or tenant that give no token for mail",
    symptom="The token is refused, or the mail server refuses the token.",
    source="Adobe, OAuth 2.0 support for the mail service; Microsoft's and Google's pages on SMTP with OAuth",
    needs=(CONFIGURATION,),
)
def scopes_and_tenant(subject: Subject) -> Iterator[Fault]:
    """AEM asks at `refreshUrl` for a token, by https; Microsoft needs the scopes SMTP.Send and offline_access and one tenant in all
    three URLs, Google the scope of its mail."""
    for file in _provider_files(subject):
        urls = {key: as_text((file.properties or {}).get(key, "")) for key in URLS}
        yield from _addresses(file, urls)
        if any(MICROSOFT_LOGIN.match(url) for url in urls.values()):
            yield from _microsoft(file, urls, _scopes(file))
        elif any(GOOGLE_LOGIN.match(url) for url in urls.values()):
            yield from _google(file, urls, _scopes(file))


@check(
    "M14",
    Severity.ERROR,
    "OAuth only half configured",
    symptom="OAuth is set up, and mail still fails with a refused login.",
    source="Adobe, OAuth 2.0 support for the mail service; reports of users of AEM 6.5",
    needs=(CONFIGURATION,),
)
def half_oauth(subject: Subject) -> Iterator[Fault]:
    """`oauth.flow` true, a configuration of the OAuth provider on the same tier, and `smtp.user` belong together.

    A provider that is configured and not used is a warning where the mail server takes user and password.
    """
    lacking: dict[Place, list[str]] = {}
    idle: dict[tuple[Place, Severity], list[str]] = {}
    tiers = {tier.tier: tier for tier in subject.tiers}
    for service in subject.mail_services():
        flow, provider = service.flag("oauth.flow"), _has_provider(tiers[service.tier])
        if flow and not provider:
            lacking.setdefault(service.where("oauth.flow"), []).append(service.tier)
        if flow and service.text("smtp.user") == "":
            effect = "AEM would have a token and no user to log in with."
            yield Fault(service.where("smtp.user"), effect, "Set it to the mailbox's address: OAuth needs the user too.")
        if flow is False and service.text("smtp.password") == UNUSED_PASSWORD:
            effect = f"AEM would log in with the words '{UNUSED_PASSWORD}' as the password."
            yield Fault(service.where("smtp.password"), effect, "Set oauth.flow to true, or read the password from a secret.")
        elif flow is False and provider:
            severity = Severity.ERROR if _is_microsoft(service.rule(subject)) else Severity.WARNING
            idle.setdefault((service.where("oauth.flow"), severity), []).append(service.tier)
    for where, names in lacking.items():
        effect = f"On {listed(names)}, AEM would ask for a token and have no provider to ask: no file of {OAUTH_PID} applies there."
        yield Fault(_on(names, where, subject), effect, "Add that file to the same folder, or set oauth.flow to false.")
    for (where, severity), names in idle.items():
        effect = f"On {listed(names)}, AEM would log in with user and password and never use the OAuth provider that is configured."
        yield Fault(_on(names, where, subject), effect, "Set it to true, or remove the provider's file.", severity)


@check(
    "M15",
    Severity.WARNING,
    "Microsoft 365 with user and password",
    symptom="535 5.7.139 or 550 5.7.30 from Microsoft.",
    source="Microsoft's announcement of 2026-01-27 on SMTP AUTH, whose dates had changed several times before",
    needs=(CONFIGURATION,),
)
def microsoft_basic(subject: Subject) -> Iterator[Fault]:
    """A rule to Microsoft 365 should go with OAuth: basic authentication is off for many tenants, and ends at days that are named."""
    for service in subject.mail_services():
        rule = service.rule(subject)
        if rule is not None and _is_microsoft(rule) and service.flag("oauth.flow") is False and service.text("smtp.user") != "":
            effect = (
                f"AEM would log in at {rule.name} with a password, which Microsoft refuses (535 5.7.139, 550 5.7.30) where basic "
                "authentication is off for the tenant or the mailbox."
            )
            effect = " ".join([effect, *(announced(one, subject.today) for one in preset_for(rule.name).password_ends)])
            yield Fault(service.where("oauth.flow"), effect, "Use OAuth 2.0, for which SMTP AUTH must be on for this mailbox.")


def announced(milestone: Milestone, today: date) -> str:
    """Say what becomes of passwords and when, with the days that are left."""
    days = (milestone.day - today).days
    left = "" if today == date.min else f", {counted(days, 'day')} from now" if days > 0 else ", which has come"
    return f"By the announcement of {milestone.announced}, it {milestone.what} from {milestone.day} on{left}."


def _on(tiers: Sequence[str], where: Place, subject: Subject) -> Place:
    """Return a place that is that of these tiers, unless it is so on all of them."""
    return where if len(tiers) == len(subject.tiers) else replace(where, tiers=tuple(tiers))


def _is_microsoft(rule: PortForward | None) -> bool:
    return rule is not None and preset_for(rule.name).name == SmtpPreset.MICROSOFT365


def _addresses(file: ProjectFile, urls: Mapping[str, str]) -> Iterator[Fault]:
    for key, url in urls.items():
        if not url and key == "refreshUrl":
            yield Fault(file.where(key), "AEM would have nowhere to get a token.", "Set it to the provider's token endpoint.")
        elif url and not HTTPS.fullmatch(url) and "$[" not in url:
            effect = "AEM would get no token there: it is no https address, or one with a port that is closed."
            yield Fault(file.where(key), effect, "Set it to the provider's address, which begins with https:// and names no port.")


def _microsoft(file: ProjectFile, urls: Mapping[str, str], scopes: list[str]) -> Iterator[Fault]:
    if not any(scope.lower().endswith("smtp.send") for scope in scopes):
        effect = "Microsoft would give a token that its mail server refuses."
        yield Fault(file.where("scopes"), effect, "Add the scope https://outlook.office.com/SMTP.Send.")
    if "offline_access" not in scopes:
        effect = "Microsoft would give no new refresh token, so that mail stops when the first one expires."
        yield Fault(file.where("scopes"), effect, "Add the scope offline_access.")
    tenants = {match["tenant"].lower() for url in urls.values() if (match := MICROSOFT_LOGIN.match(url))}
    others = [key for key, url in urls.items() if not MICROSOFT_LOGIN.match(url)]
    where = file.where(*URLS)
    if len(tenants) > 1 or others:
        effect = f"AEM would ask different places for its tokens ({', '.join(others) or ' and '.join(sorted(tenants))})."
        fix = "Set authUrl, tokenUrl and refreshUrl to addresses that begin with https://login.microsoftonline.com/ and the same tenant."
        yield Fault(where, effect, fix)
    elif tenants <= EVERY_TENANT:
        tenant = min(tenants)
        effect = f"Microsoft would give a token at /{tenant} only to an application that is registered for more than one tenant."
        yield Fault(where, effect, "Use the directory (tenant) id, unless the application is.", Severity.WARNING)


def _google(file: ProjectFile, urls: Mapping[str, str], scopes: list[str]) -> Iterator[Fault]:
    if GOOGLE_SCOPE not in scopes:
        yield Fault(file.where("scopes"), "Google would give a token that its mail server refuses.", f"Add the scope {GOOGLE_SCOPE}.")
    others = [key for key, url in urls.items() if not GOOGLE_LOGIN.match(url)]
    if others:
        effect = f"AEM would ask different places for its tokens ({', '.join(others)})."
        fix = "Set authUrl to https://accounts.google.com/o/oauth2/v2/auth, tokenUrl and refreshUrl to https://oauth2.googleapis.com/token."
        yield Fault(file.where(*URLS), effect, fix)


def _scopes(file: ProjectFile) -> list[str]:
    value = (file.properties or {}).get("scopes", "")
    texts = [as_text(each) for each in value] if isinstance(value, list | tuple) else [as_text(value)]
    return [scope for text in texts for scope in text.split()]


def _provider_files(subject: Subject) -> Iterator[ProjectFile]:
    for tier in subject.tiers:
        file = tier.file(OAUTH_PID)
        if file is not None and may_use_oauth(tier):
            yield file


def _has_provider(tier: TierConfiguration) -> bool:
    return bool(tier.winners.get(OAUTH_PID))
