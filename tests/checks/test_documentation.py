from pathlib import Path

from aem_mail.checks import CHECKS
from aem_mail.checks.documentation import documentation

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


def test_the_page_says_what_the_code_does() -> None:
    assert PAGE.read_text(encoding="utf-8").strip() == documentation().strip(), (
        "stale; run `.venv/bin/python -m aem_mail.checks.documentation docs/checks.md`"
    )


def test_every_check_is_explained() -> None:
    for check in CHECKS.values():
        assert check.explanation.endswith(".")
        assert f"## {check.id}" in documentation()
