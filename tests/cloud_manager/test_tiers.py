"""An environment without a publish tier, and a program that is being deleted: as Cloud Manager tells them."""

from typing import Any

import pytest

from aem_mail.checks.coverage import unjudged
from aem_mail.checks.project import MailFiles, parsed_file, subject_of
from aem_mail.checks.subject import Declaration, Subject
from aem_mail.cloud_manager.environments import RELATION, environment_of
from aem_mail.live.model import LiveEnvironment
from aem_mail.model import Environment, EnvironmentId
from aem_mail.osgi import MAIL_SERVICE_PID

from .simulation import simulated

SEED: dict[str, Any] = {
    "programs": {"10001": {"region": "va7", "status": "deleting", "environments": {"20001": {"type": "dev", "tiers": ["author"]}}}}
}
HERE = EnvironmentId("10001", "20001")


def test_the_simulator_tells_both_and_the_client_reads_them() -> None:
    with simulated(seed=SEED) as (api, _):
        assert api.environments.get(HERE).tiers == ("author",)
        assert api.programs.get("10001").status == "deleting"


@pytest.mark.parametrize("tiers", [(), ("publish",), ("author", "publish", "preview")])
def test_nothing_is_lacking_where_no_link_tells_so(tiers: tuple[str, ...]) -> None:
    document = {"id": "1", "status": "ready", "_links": {f"{RELATION}{tier}": {"href": "https://x"} for tier in tiers}}

    assert environment_of("10001", document).tiers is None


@pytest.mark.parametrize("status", ["updating", "failed", "hibernated"])
def test_nothing_is_known_of_the_tiers_of_an_environment_that_is_not_ready(status: str) -> None:
    document = {"id": "1", "status": status, "_links": {f"{RELATION}author": {"href": "https://x"}}}

    assert environment_of("10001", document).tiers is None


def subject(tiers: tuple[str, ...] | None, services: tuple[str, ...] | None) -> Subject:
    path = f"config/{MAIL_SERVICE_PID}.cfg.json"
    project = MailFiles({"": {path: parsed_file(path, "{}", None)}})
    live = LiveEnvironment(Environment("20001", "10001", "dev", "dev", "ready", tiers=tiers))
    return subject_of(Declaration("10001", "20001", services=services), project, live)


@pytest.mark.parametrize(
    ("tiers", "services", "judged", "told"),
    [
        (("author",), None, ["author"], ["publish"]),
        (("author",), ("author", "publish"), ["author"], ["publish"]),
        (("author",), ("author", "publish", "preview"), ["author"], ["publish and preview"]),
        (("author", "publish"), None, ["author", "publish"], []),
        (("author", "publish"), ("author", "publish", "preview"), ["author", "publish"], ["preview"]),
        (("author",), ("author",), ["author"], []),
        (None, None, ["author", "publish", "preview"], []),
    ],
)
def test_a_tier_without_a_link_is_not_judged_and_that_is_said(
    tiers: tuple[str, ...] | None, services: tuple[str, ...] | None, judged: list[str], told: list[str]
) -> None:
    found = subject(tiers, services)

    assert [tier.tier for tier in found.tiers] == judged
    sentence = "mail of {} was not judged, since Cloud Manager links to no such tier of this environment"
    assert list(unjudged(found)) == [sentence.format(one) for one in told]


def test_where_no_tier_that_is_to_send_has_a_link_they_are_judged_all_the_same() -> None:
    found = subject(("author",), ("publish",))

    assert [tier.tier for tier in found.tiers] == ["publish"]
    assert list(unjudged(found)) == ["mail of author was not judged, since the credentials are declared for publish only"]
