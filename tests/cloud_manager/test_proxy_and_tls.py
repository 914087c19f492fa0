import ssl
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cloud_manager.proxy_and_tls import proxy_for, tls_context
from aem_mail.errors import InvalidInput

API = "https://cloudmanager.adobe.io"
PROXY = "http://proxy.example.com:3128"


@pytest.mark.parametrize(
    ("url", "proxies", "proxy"),
    [
        (API, {}, None),
        (API, {"https": PROXY}, PROXY),
        (API, {"https": "proxy.example.com:3128"}, PROXY),
        (API, {"http": PROXY}, None),
        (API, {"all": PROXY}, PROXY),
        (API, {"https": " "}, None),
        ("http://127.0.0.1:8765", {"http": PROXY, "all": PROXY}, None),
        ("http://localhost:8765", {"http": PROXY}, None),
        ("https://[::1]:8765", {"https": PROXY}, None),
    ],
)
def test_the_proxy_is_that_of_the_scheme_and_never_stands_before_this_machine(url: str, proxies: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(url, proxies) == proxy


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("*", API, True),
        ("adobe.io", API, True),
        (".adobe.io", API, True),
        ("*.adobe.io", API, True),
        ("ADOBE.IO ", API, True),
        ("dobe.io", API, False),
        ("other.example.com, cloudmanager.adobe.io", API, True),
        ("cloudmanager.adobe.io:443", API, True),
        ("cloudmanager.adobe.io:8443", API, False),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("10.1.2.3", "https://10.1.2.3:444", True),
        ("10.1.2.3:444", "https://10.1.2.3:444", True),
        ("[fd00::1]", "https://[fd00::1]", True),
        ("fd00::/8", "https://[fd00::1]", True),
        (",, ,", API, False),
    ],
)
def test_no_proxy_lists_exceptions(no_proxy: str, url: str, direct: bool) -> None:
    assert (proxy_for(url, {"https": PROXY, "no": no_proxy}) is None) is direct


@given(st.text())
def test_no_list_of_exceptions_can_crash(no_proxy: str) -> None:
    assert proxy_for(API, {"https": PROXY, "no": no_proxy}) in {None, PROXY}


@given(st.text())
def test_no_proxy_setting_can_crash(proxy: str) -> None:
    try:
        used = proxy_for(API, {"https": proxy})
    except InvalidInput:
        return
    assert used is None or used.startswith(("http", "HTTP"))


def test_a_socks_proxy_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="only http:// and https:// proxies can be used"):
        proxy_for(API, {"https": "socks5://user:password@proxy.example.com"})


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "company.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return path


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_companys_bundle_is_loaded_and_replaces_the_usual_authorities(name: str, bundle: Path) -> None:
    context = tls_context({name: str(bundle)})

    assert context.cert_store_stats()["x509_ca"] == 1
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_file_and_directory_of_openssl_win_together(bundle: Path, tmp_path: Path) -> None:
    context = tls_context({"SSL_CERT_FILE": str(bundle), "SSL_CERT_DIR": str(tmp_path), "REQUESTS_CA_BUNDLE": "absent"})

    assert context.cert_store_stats()["x509_ca"] == 1


def test_without_variables_the_usual_authorities_are_trusted() -> None:
    context = tls_context({"SSL_CERT_FILE": ""})

    assert context.cert_store_stats()["x509_ca"] > 50
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_bundle_that_is_not_there_or_no_bundle_names_its_variable(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no certificates")
    with pytest.raises(InvalidInput, match=r"REQUESTS_CA_BUNDLE: .*absent does not exist"):
        tls_context({"REQUESTS_CA_BUNDLE": str(tmp_path / "absent")})
    with pytest.raises(InvalidInput, match=r"SSL_CERT_FILE: .*text holds no certificates"):
        tls_context({"SSL_CERT_FILE": str(tmp_path / "text")})
