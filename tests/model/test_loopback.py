"""Which addresses can only mean this machine."""

import pytest

from aem_mail.model.loopback import is_loopback, is_on_loopback

THIS_MACHINE = ("localhost", "LOCALHOST", "127.8.9.1", "::1")
OTHERS = ("10.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "192.0.2.1", "")


@pytest.mark.parametrize("host", THIS_MACHINE)
def test_loopback_is_this_machine(host: str) -> None:
    bracketed = f"[{host}]" if ":" in host else host

    assert is_loopback(host)
    assert is_on_loopback(f"http://{bracketed}:8765/path")
    assert is_on_loopback(f"//{bracketed}")


@pytest.mark.parametrize("host", OTHERS)
def test_everything_else_is_not(host: str) -> None:
    assert not is_loopback(host)
    assert not is_on_loopback(f"http://{host}:8765")


@pytest.mark.parametrize("url", ["http://127.0.0.1@example.com", "http://[::1", "127.0.0.1", "", "http://example.com/127.0.0.1"])
def test_no_more_is_read_into_a_url_than_its_host(url: str) -> None:
    assert not is_on_loopback(url)


def test_no_host_is_no_machine() -> None:
    assert not is_loopback(None)
