import json
from typing import Any

import pytest

from aem_mail.errors import InvalidInput
from aem_mail.settings import gathering, namespaced, timeouts


def test_only_the_packages_own_keys_are_taken_from_a_stacks_configuration() -> None:
    assert namespaced({"aem-mail:orgId": "o", "aws:region": "r", "other:aem-mail:x": "y"}) == {"orgId": "o"}


@pytest.mark.parametrize("given", [{"environment": 60, "infrastructure": 1.5}, {"environment": "60", "infrastructure": "1.5"}])
@pytest.mark.parametrize("form", [json.dumps, dict])
def test_time_outs_are_seconds(given: dict[str, Any], form: Any) -> None:
    assert timeouts({"timeouts": form(given)}) == {"environment": 60.0, "infrastructure": 1.5}


@pytest.mark.parametrize("config", [{}, {"timeouts": None}, {"timeouts": {}}, {"timeouts": "{}"}, {"timeouts": {"environment": None}}])
def test_time_outs_that_are_not_given_are_left_to_their_defaults(config: dict[str, Any]) -> None:
    assert timeouts(config) == {}


def test_wrong_time_outs_are_told_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        timeouts({"timeouts": '{"environment": "soon", "infrastructure": 0, "network": 1}'})

    assert [str(problem) for problem in caught.value.problems] == [
        "aem-mail:timeouts.environment: must be a positive number of seconds, not 'soon'; run "
        "`pulumi config set --path aem-mail:timeouts.environment <value>`",
        "aem-mail:timeouts.infrastructure: must be a positive number of seconds, not 0; run "
        "`pulumi config set --path aem-mail:timeouts.infrastructure <value>`",
        "aem-mail:timeouts.network: is unknown; there are environment, infrastructure; run "
        "`pulumi config rm --path aem-mail:timeouts.network`",
    ]


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(InvalidInput, match="aem-mail:timeouts: must be an object with the fields environment, infrastructure, not a text"):
        timeouts({"timeouts": "60"})


def test_the_gathering_window_has_the_names_of_arguments() -> None:
    assert gathering({"gathering": '{"idle": 0.2, "atMost": 3, "held": "1"}'}) == {"idle": 0.2, "at_most": 3.0, "held": 1.0}
