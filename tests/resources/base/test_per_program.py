"""What is kept for a program goes with it."""

import gc
import weakref

import pulumi
import pytest

from aem_mail.resources.base.per_program import PerProgram


class Root:
    """The stack of a program."""


def test_each_program_has_its_own_which_stays_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, other = PerProgram[list[object]](list), PerProgram[list[object]](list)
    roots = [Root(), Root()]
    seen = []
    for root in (*roots, roots[0]):
        monkeypatch.setattr(pulumi.runtime, "get_root_resource", lambda root=root: root)
        seen.append(kept.running())

    assert seen[0] is seen[2]
    assert seen[0] is not seen[1]
    assert other.running() is not seen[0]


def test_a_program_that_has_ended_is_forgotten_though_what_was_kept_refers_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, running = PerProgram[list[object]](list), [Root()]
    monkeypatch.setattr(pulumi.runtime, "get_root_resource", lambda: running[0])
    kept.running().append(running[0])
    ended = weakref.ref(running[0])

    running.clear()
    gc.collect()

    assert ended() is None


def test_where_no_program_runs_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi.runtime, "get_root_resource", lambda: None)
    kept = PerProgram[list[object]](list)

    assert kept.running() is not kept.running()
