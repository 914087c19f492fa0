from datetime import date

import pytest

from aem_mail.kinds.hosts import host_fault
from aem_mail.presets import preset_for, presets
from aem_mail.presets.providers import SmtpPreset


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("smtp.office365.com", "microsoft365"),
        ("smtp-relay.gmail.com", "google"),
        ("smtp.sendgrid.net", "sendgrid"),
        ("smtp.eu.sendgrid.net", "sendgrid-eu"),
        ("smtp-hve.office365.com", "microsoft365-hve"),
        ("smtp.azurecomm.net", "azure"),
        ("email-smtp.eu-central-1.amazonaws.com", "ses"),
        ("smtp.eu.mailgun.org", "mailgun"),
        ("smtp.postmarkapp.com", "postmark"),
        ("mail.wknd.site", "generic"),
        ("smtp.office365.com.example.com", "generic"),
    ],
)
def test_a_host_has_the_preset_of_its_provider(host: str, name: str) -> None:
    assert preset_for(host).name == name


def test_every_preset_is_complete_and_has_a_source() -> None:
    assert list(presets())[-1] == SmtpPreset.GENERIC
    for preset in presets().values():
        assert preset.title
        assert preset.user
        assert preset.allow_list.endswith(".")
        assert set(preset.authentication) <= {"password", "oauth2"}
        assert preset.sources
        assert preset.read >= date(2026, 11, 28)
        assert sorted(preset.password_ends, key=lambda one: one.day) == list(preset.password_ends)
        assert all(source.startswith("https://") for source in preset.sources)
        assert all(host_fault(host.replace("*", "region")) is None for host in preset.hosts)
        assert preset.host is None or preset_for(preset.host) == preset
        assert (preset.oauth is not None) <= ("oauth2" in preset.authentication)


def test_tls_begins_with_the_first_byte_on_465_and_2465_alone() -> None:
    for preset in presets().values():
        assert preset.ports
        for port, tls in preset.ports.items():
            assert (tls == "implicit") == (port in (465, 2465))


def test_those_without_one_host_for_everybody_are_known() -> None:
    assert {name for name, preset in presets().items() if preset.host is None} == {"ses", "generic"}


def test_a_provider_of_tokens_says_where_and_which() -> None:
    endpoints = {name: preset.oauth for name, preset in presets().items() if preset.oauth is not None}

    assert {name: one.needs_tenant for name, one in endpoints.items()} == {"microsoft365": True, "google": False}
    for one in endpoints.values():
        assert one.auth_url.startswith("https://")
        assert one.token_url.startswith("https://")
        assert one.scopes
