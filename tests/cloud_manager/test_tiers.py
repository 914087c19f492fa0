"""An environment without a publish tier, and a program that is being deleted: as Cloud Manager tells them."""

from typing import Any

import pytest

from aem_mail.checks.project import MailFiles, parsed_file, subject_of
from aem_mail.cloud_manager.environments import RELATION, environment_of
from aem_mail.live.model import LiveEnvironment
from aem_mail.model import EnvironmentId
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


def test_a_tier_that_is_not_there_is_not_judged() -> None:
    path = f"config/{MAIL_SERVICE_PID}.cfg.json"
    project = MailFiles({"": {path: parsed_file(path, "{}", None)}})
    with simulated(seed=SEED) as (api, _):
        live = LiveEnvironment(api.environments.get(HERE))

    assert [tier.tier for tier in subject_of(None, project, live).tiers] == ["author"]
