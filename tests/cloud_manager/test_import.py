import subprocess
import sys

import pytest


def modules_after(statement: str) -> set[str]:
    listing = f"{statement}; import sys; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", listing], check=True, capture_output=True, text=True).stdout.split())


CONSTRUCTION = (
    "from aem_mail.cloud_manager.client import CloudManager; from aem_mail.model import Connection; "
    "client = CloudManager(Connection('https://cloudmanager.adobe.io', 'https://ims-na1.adobelogin.com', 'o', 'i', 's', None))"
)


@pytest.mark.parametrize("statement", ["import aem_mail.cloud_manager.client", CONSTRUCTION])
def test_neither_import_nor_construction_loads_httpx(statement: str) -> None:
    heavy = {"httpx", "httpcore", "ssl", "asyncio", "urllib.request", "importlib.metadata", "pulumi"}

    assert modules_after(statement) & heavy == modules_after("import aem_mail") & heavy


def test_a_process_may_end_without_closing_its_client() -> None:
    ended = subprocess.run([sys.executable, "-W", "error", "-c", CONSTRUCTION], check=False, capture_output=True)

    assert (ended.returncode, ended.stderr) == (0, b"")
