"""What ends up in the repository, and what does not."""

import pytest

from aem_mail.publishing.errors import RepositoryUnusable
from aem_mail.publishing.request import BranchAddress
from tests.publishing.origin import DIRECTORY, FILE, PID, Origin, git
from tests.publishing.publisher import CHANGED, CONTENT, SUBJECT, Publisher

OTHER = f"{DIRECTORY}/config.stage/{PID}.cfg.json"


def test_the_first_run_pushes_one_commit_with_the_file_byte_for_byte(origin: Origin, publisher: Publisher) -> None:
    record = publisher.up()

    assert origin.show() == CONTENT.encode()
    assert origin.log() == [SUBJECT, "Work on the site"]
    assert origin.changed() == [FILE]
    assert (record.commit, record.pushed) == (origin.tip(), True)
    assert publisher.said == f"Pushed {origin.tip()[:12]} to branch main of {origin.path}: {FILE}."


def test_the_same_content_makes_no_commit(origin: Origin, publisher: Publisher) -> None:
    first = publisher.up()
    origin.write({"pom.xml": "<project>1</project>\n"})
    tip = origin.tip()

    second = publisher.up()

    assert origin.tip() == tip
    assert (second.pushed, second.commit) == (False, first.commit)
    assert "Nothing to push" in publisher.said


def test_a_file_that_is_there_as_declared_is_adopted_without_a_commit(origin: Origin, publisher: Publisher) -> None:
    tip = origin.write({FILE: CONTENT})

    record = publisher.up()

    assert (origin.tip(), record.commit, record.pushed) == (tip, tip, False)


def test_a_change_is_one_more_commit_on_top_of_somebody_elses(origin: Origin, publisher: Publisher) -> None:
    publisher.up()
    origin.write({"pom.xml": "<project>1</project>\n"})

    publisher.up(CHANGED)

    assert origin.log() == [SUBJECT, "Work on the site", SUBJECT, "Work on the site"]
    assert origin.changed() == [FILE]
    assert (origin.show(), origin.show("pom.xml")) == (CHANGED.encode(), b"<project>1</project>\n")


def test_author_and_message_name_who_what_and_where(origin: Origin, publisher: Publisher) -> None:
    publisher.up()

    described = git(origin.path, "log", "-1", "--format=%an <%ae>%n%cn <%ce>%n%B", "main")

    assert described.startswith("Mail bot <bot@example.com>\nMail bot <bot@example.com>\n")
    assert "environment 20001 (stack dev)" in described
    assert "Program 10001" in described
    assert "project wknd-mail" in described


def test_a_foreign_file_is_an_error_that_names_the_properties(origin: Origin, publisher: Publisher) -> None:
    tip = origin.write({FILE: CHANGED})

    with pytest.raises(RepositoryUnusable, match=r"not written by this stack; it differs in smtp\.port\)") as error:
        publisher.up()

    assert FILE in str(error.value)
    assert origin.tip() == tip


def test_an_edit_by_hand_is_an_error_at_the_next_change_and_is_overwritten_on_demand(origin: Origin, publisher: Publisher) -> None:
    publisher.up()
    origin.write({FILE: CONTENT.replace("30465", "30025")})

    with pytest.raises(RepositoryUnusable, match=r"edited since it was pushed; it differs in smtp\.port"):
        publisher.up(CHANGED)
    publisher.up(on_conflict="replace")

    assert origin.show() == CHANGED.encode()
    assert "was overwritten" in publisher.said


def test_a_file_removed_by_hand_is_written_again(origin: Origin, publisher: Publisher) -> None:
    publisher.up()
    origin.write({FILE: None})

    assert publisher.up(CHANGED).pushed

    assert origin.show() == CHANGED.encode()


def test_the_run_bit_of_a_file_is_kept(origin: Origin, publisher: Publisher) -> None:
    publisher.up()
    git(origin.clone, "pull", "--quiet", "origin", "main")
    (origin.clone / FILE).chmod(0o755)
    origin.push("Make it executable")

    publisher.up(CHANGED)

    assert git(origin.path, "ls-tree", "main", FILE).startswith("100755 ")


def test_destroy_leaves_the_file_and_says_so(origin: Origin, publisher: Publisher) -> None:
    publisher.up()
    tip = origin.tip()

    publisher.destroy()

    assert origin.tip() == tip
    assert (
        publisher.said == f"{FILE} stays on branch main of {origin.path}: it is source code; remove it there when it is no longer wanted."
    )


def test_destroy_takes_the_file_out_where_that_is_declared(origin: Origin, publisher: Publisher) -> None:
    publisher.up(delete_file=True)

    publisher.destroy()

    assert origin.show() is None
    assert origin.log()[0] == "Remove e-mail of environment 20001 (stack dev)"
    assert f"the removal of {FILE}" in publisher.said


def test_destroy_leaves_a_file_that_somebody_has_edited(origin: Origin, publisher: Publisher) -> None:
    publisher.up(delete_file=True)
    tip = origin.write({FILE: CHANGED})

    publisher.destroy()

    assert origin.tip() == tip
    assert "somebody has edited it" in publisher.said


def test_destroy_has_nothing_to_do_where_file_or_branch_are_gone(origin: Origin, publisher: Publisher) -> None:
    publisher.up(delete_file=True)
    tip = origin.write({FILE: None})
    publisher.destroy()
    assert origin.tip() == tip

    git(origin.path, "branch", "--move", "main", "trunk")
    publisher.destroy()
    assert "not there any more" in publisher.said


def test_destroy_leaves_what_another_resource_of_the_run_declares(origin: Origin, publisher: Publisher) -> None:
    publisher.up(delete_file=True)

    publisher.destroy(frozenset({FILE}))

    assert origin.show() == CONTENT.encode()
    assert "another resource of this stack declares it" in publisher.said


def test_a_moved_file_goes_with_the_same_commit_only_where_that_is_declared(origin: Origin, publisher: Publisher) -> None:
    publisher.up()
    publisher.up(files={OTHER: CONTENT})
    assert (origin.show(), origin.show(OTHER)) == (CONTENT.encode(), CONTENT.encode())
    assert f"{FILE} stays" not in publisher.said or "source code" in publisher.said

    publisher.up(delete_file=True)
    publisher.up(files={FILE: CONTENT})
    assert (origin.show(), origin.show(OTHER)) == (CONTENT.encode(), None)


def test_a_moved_file_is_taken_out_in_the_commit_that_writes_the_new_one(origin: Origin, publisher: Publisher) -> None:
    publisher.up(delete_file=True)

    publisher.up(files={OTHER: CONTENT})

    assert sorted(origin.changed()) == sorted([FILE, OTHER])


def test_another_branch_gets_the_file_and_the_old_one_loses_it_where_that_is_declared(origin: Origin, publisher: Publisher) -> None:
    git(origin.path, "branch", "release", "main")
    publisher.up(delete_file=True)

    publisher.up(place=BranchAddress(str(origin.path), "release"))

    assert (origin.show(branch="release"), origin.show()) == (CONTENT.encode(), None)


def test_another_address_of_the_same_repository_changes_nothing(origin: Origin, publisher: Publisher) -> None:
    publisher.up(delete_file=True)
    tip = origin.tip()

    publisher.up(place=BranchAddress(f"file://{origin.path}", "main"))

    assert origin.tip() == tip
    assert origin.show() == CONTENT.encode()


def test_several_files_are_one_commit(origin: Origin, publisher: Publisher) -> None:
    publisher.up(files={FILE: CONTENT, OTHER: CHANGED})

    assert sorted(origin.changed()) == sorted([FILE, OTHER])
    assert len(origin.log()) == 2
