from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks import Subject, find_mistakes
from aem_mail.checks.environments import beside_each_other
from aem_mail.checks.ignores import Ignore, JudgedFinding, judge
from aem_mail.checks.matrix import Matrix, Standing, matrices
from aem_mail.checks.parity import Standards, differences
from aem_mail.checks.profile import profile_of, profiles_of
from aem_mail.model import AdvancedNetworking, EnvironmentId, Variable
from tests.checks.situations import HOST, TODAY, Situation, healthy, live, mail_file, shown, with_mail
from tests.checks.situations import MAIL_FILE as FILE
from tests.hostile import subjects

BOTH = (shown("EMAIL_USERNAME"), shown("EMAIL_PASSWORD"))
RULE = {"name": HOST, "portDest": 465, "portOrig": 30465}


def up(id_: str, type_: str, situation: Situation, *variables: Variable, rules: tuple[dict[str, object], ...] = (RULE,)) -> Situation:
    """Return an environment that is up, with these variables and rules."""
    there = live(networking=AdvancedNetworking(enabled=True, port_forwards=rules), variables=variables)
    environment = replace(there.environment, id=id_, type=type_, name=type_)
    return replace(situation, declaration=None, live=replace(there, environment=environment), environment_type=type_)


def together(directory: Path, *situations: Situation) -> list[Subject]:
    subjects = [one.subject(directory / str(number)) for number, one in enumerate(situations)]
    named = {EnvironmentId("10001", one.live.environment.id): one for one in subjects if one.live is not None}
    return list(beside_each_other(named).values())


def matrix(subjects: list[Subject], *ignores: Ignore) -> tuple[Matrix, list[JudgedFinding]]:
    judged = [one for subject in subjects for one in judge(find_mistakes(subject), ignores, TODAY) if one.finding.id == "M28"]
    (found,) = matrices(subjects, judged)
    return found, judged


def rows(found: Matrix) -> dict[str, list[tuple[str | None, str]]]:
    return {row.thing: [(cell.text, str(cell.standing)) for cell in row.cells] for row in found.rows}


def test_environments_stand_beside_each_other_dev_first_and_prod_last(tmp_path: Path) -> None:
    found, judged = matrix(
        together(tmp_path, *(up(id_, type_, healthy(), *BOTH) for id_, type_ in (("3", "prod"), ("1", "stage"), ("2", "dev"))))
    )

    assert [str(one) for one in found.environments] == ["dev (2)", "stage (1)", "prod (3)"]
    assert judged == []
    assert rows(found)["port forward 30465"] == [("smtp.sendgrid.com:465", "fine")] * 3
    assert rows(found)["variable EMAIL_PASSWORD"] == [("secretString", "fine")] * 3
    assert rows(found)["OSGi configuration"] == [("config", "fine")] * 3


def test_what_prod_lacks_and_stage_has_is_missing_there(tmp_path: Path) -> None:
    found, judged = matrix(together(tmp_path, up("1", "stage", healthy(), *BOTH), up("2", "prod", healthy(), BOTH[0], rules=())))

    assert rows(found)["variable EMAIL_PASSWORD"] == [("secretString", "fine"), (None, "missing")]
    assert rows(found)["port forward 30465"] == [("smtp.sendgrid.com:465", "fine"), (None, "missing")]
    assert [one.finding.where for one in judged] == ["environment 2, port forward 30465", "environment 2, variable EMAIL_PASSWORD"]


def test_what_nothing_reads_is_not_missed(tmp_path: Path) -> None:
    found, judged = matrix(together(tmp_path, up("1", "stage", healthy(), *BOTH, shown("OTHER")), up("2", "prod", healthy(), *BOTH)))

    assert judged == []
    assert "variable OTHER" not in rows(found)


def test_another_mail_server_is_one_difference_with_all_that_it_brings(tmp_path: Path) -> None:
    sink = {"name": "sink.example.com", "portDest": 587, "portOrig": 30587}
    other = with_mail(smtp_port="30587", smtp_ssl=False, smtp_starttls=True, smtp_requiretls=True)

    found, judged = matrix(together(tmp_path, up("1", "dev", other, *BOTH, rules=(sink,)), up("2", "prod", healthy(), *BOTH)))

    assert [one.finding.where for one in judged] == ["environment 1, mail server"]
    assert rows(found)["mail server"] == [("sink.example.com:587", "differs"), ("smtp.sendgrid.com:465", "fine")]
    assert rows(found)["property smtp.ssl"] == [("false", "fine"), ("true", "fine")]
    assert rows(found)["port forward 30587"] == [("sink.example.com:587", "fine"), (None, "none")]


def test_another_host_on_the_same_port_is_no_second_difference(tmp_path: Path) -> None:
    sink = RULE | {"name": "sink.example.com"}

    found, judged = matrix(together(tmp_path, up("1", "dev", healthy(), *BOTH, rules=(sink,)), up("2", "prod", healthy(), *BOTH)))

    assert [one.finding.where for one in judged] == ["environment 1, mail server"]
    assert rows(found)["port forward 30465"] == [("sink.example.com:465", "fine"), ("smtp.sendgrid.com:465", "fine")]


def test_a_folder_for_each_environment_is_no_difference(tmp_path: Path) -> None:
    dev, prod = (healthy(files={FILE.replace("config", f"config.{type_}"): mail_file()}) for type_ in ("dev", "prod"))

    found, judged = matrix(together(tmp_path, up("1", "dev", dev, *BOTH), up("2", "prod", prod, *BOTH)))

    assert judged == []
    assert rows(found)["OSGi configuration"] == [("config.dev", "fine"), ("config.prod", "fine")]


def test_what_is_meant_is_declared_and_shown_as_meant(tmp_path: Path) -> None:
    meant = Ignore("M28", "dev writes as itself", "mail-team", date(2031, 1, 1), "environment 1, property from.address")
    both = together(tmp_path, up("1", "dev", with_mail(from_address="dev@wknd.site"), *BOTH), up("2", "prod", healthy(), *BOTH))

    found, judged = matrix(both, meant)

    (row,) = [one for one in found.rows if one.name == "from.address"]
    assert [(cell.standing, cell.meant) for cell in row.cells] == [(Standing.DIFFERS, meant), (Standing.FINE, None)]
    assert [one.ignored for one in judged] == [meant]


def test_a_tier_that_differs_alone_has_a_row_of_its_own(tmp_path: Path) -> None:
    author_only = (shown("EMAIL_PASSWORD", "author"), shown("EMAIL_USERNAME"))

    found, judged = matrix(together(tmp_path, up("1", "stage", healthy(), *BOTH), up("2", "prod", healthy(), *author_only)))

    assert rows(found)["variable EMAIL_PASSWORD (author)"] == [("secretString", "fine")] * 2
    assert rows(found)["variable EMAIL_PASSWORD (publish, preview)"] == [("secretString", "fine"), (None, "missing")]
    assert [one.finding.where for one in judged] == ["environment 2, variable EMAIL_PASSWORD (publish, preview)"]


def test_a_user_in_the_clear_is_compared_without_being_shown(tmp_path: Path) -> None:
    literal = replace(healthy(), files={FILE: mail_file(smtp_user="me@wknd.site", smtp_password="password123")})

    found, judged = matrix(together(tmp_path, up("1", "dev", literal, *BOTH), up("2", "prod", healthy(), *BOTH)))

    assert rows(found)["property smtp.password"][0] == ("a literal value", "differs")
    assert "password123" not in f"{found}{judged}"
    assert "me@wknd.site" not in f"{found}{judged}"


def test_an_environment_alone_has_no_matrix(tmp_path: Path) -> None:
    alone = up("1", "dev", healthy(), *BOTH).subject(tmp_path / "alone")

    assert matrices([alone], []) == []


@given(st.lists(subjects(), min_size=2, max_size=3))
def test_an_environment_differs_from_none_that_is_like_it(some: list[Subject]) -> None:
    profiles = profiles_of(some)

    for profile, subject in zip(profiles, (one for one in some if profile_of(one) is not None), strict=True):
        twin = profile_of(subject)
        assert twin is not None
        assert differences(profile, Standards.of([twin])) == []
    for found in matrices(some, []):
        assert all(len(row.cells) == len(found.environments) for row in found.rows)


@given(st.lists(subjects(), min_size=1, max_size=4))
def test_an_environment_is_measured_by_all_of_its_program_as_by_the_others_alone(some: list[Subject]) -> None:
    profiles = profiles_of(some)

    for own in profiles:
        others = [one for one in profiles if one is not own]
        assert differences(own, Standards.of(profiles)) == differences(own, Standards.of(others))
