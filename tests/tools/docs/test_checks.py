from aem_mail.checks import CHECKS
from tools.docs.checks import page


def test_every_check_is_explained() -> None:
    for check in CHECKS.values():
        assert check.explanation.endswith(".")
        assert f"## {check.id}" in page()
