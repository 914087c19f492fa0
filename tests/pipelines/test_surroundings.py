import pytest

from aem_mail.pipelines.errors import NoPermission, WrongUse
from aem_mail.pipelines.surroundings import surroundings
from tests.pipelines.conftest import github_variables, gitlab_variables

URL = "http://127.0.0.1:9"


def test_outside_of_a_pipeline_nothing_is_done() -> None:
    with pytest.raises(WrongUse, match="GitHub Actions or GitLab CI"):
        surroundings({})


@pytest.mark.parametrize("variables", [github_variables(URL), gitlab_variables(URL)])
def test_every_variable_but_the_change_is_needed(variables: dict[str, str]) -> None:
    for name in variables:
        without = {other: value for other, value in variables.items() if other != name}
        if name in {"PULL_REQUEST", "CI_MERGE_REQUEST_IID"}:
            assert surroundings(without).change is None
        elif name not in {"GITHUB_ACTIONS", "GITLAB_CI"}:
            with pytest.raises(NoPermission if name.endswith("_TOKEN") else WrongUse, match=name):
                surroundings(without)


def test_a_token_is_in_no_error_and_in_no_repr() -> None:
    around = surroundings(github_variables(URL))

    assert "good-token" not in repr(around)
