"""A network infrastructure is deleted only if it was created here and nobody uses it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aem_mail.errors import Refused

from .harness import LONG, PROGRAM, Bench, enable, wait_until
from .infrastructures import DELETE, FLEXIBLE, KEY, ONE, POST, create, delete, vpn


def test_one_that_was_created_here_and_is_unused_is_deleted_and_waited_for(program: Bench) -> None:
    create(program)
    program.forget()

    assert delete(program) is None

    assert program.mutations() == [DELETE]
    assert program.api.network_infrastructures.list(PROGRAM) == []


def test_one_that_was_found_stays_and_that_is_said(program: Bench) -> None:
    create(program)
    program.forget()

    assert "this stack found it there" in str(delete(program, created=False))
    assert program.mutations() == []


def test_one_that_was_created_here_and_is_in_use_keeps_its_record_and_its_users_are_named(program: Bench) -> None:
    create(program)
    program.networking(enable())
    program.forget()

    with pytest.raises(Refused, match=r"still enabled on environment 20001 \(dev, dev\)\. .*`pulumi destroy --continue-on-error`, then"):
        delete(program)
    with pytest.raises(Refused, match=r"20001.*It has to go before the new one can be created: 1\. disable"):
        delete(program, replacing=True)

    assert program.mutations() == []


def test_one_that_came_into_use_after_it_was_checked_stays_and_its_user_is_named(program: Bench) -> None:
    create(program)
    program.forget()
    program.fault(method="DELETE", path=ONE, nth=1, latency=0.3)
    with ThreadPoolExecutor(1) as pool:
        deletion = pool.submit(delete, program)
        wait_until(lambda: program.fired() == [1])
        program.edit(advancedNetworking={"nonProxyHosts": [], "portForwards": []})
        with pytest.raises(Refused, match=r"environment 20001 \(dev, dev\)"):
            deletion.result(LONG)

    assert program.mutations() == []


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"status": 502}, {"status": 409}])
def test_a_deletion_is_done_once_though_its_first_answer_was_none(program: Bench, fault: dict[str, Any]) -> None:
    create(program)
    program.forget()
    program.fault(method="DELETE", path=ONE, nth=1, **fault)

    assert delete(program) is None

    assert program.mutations() == [DELETE]
    assert len(program.requests("DELETE")) == (1 if fault == {"drop": "after"} else 2)


def test_one_that_is_still_being_created_is_deleted_once_it_can_be(program: Bench) -> None:
    program.api.network_infrastructures.create(PROGRAM, FLEXIBLE)

    assert delete(program) is None

    assert program.mutations() == [POST, DELETE]
    assert len(program.requests("DELETE")) == 1
    assert program.api.network_infrastructures.list(PROGRAM) == []


def test_a_deletion_that_was_interrupted_is_waited_for(program: Bench) -> None:
    create(program)
    program.api.network_infrastructures.delete(PROGRAM, "30001")
    program.forget()

    assert delete(program) is None

    assert program.requests("DELETE") == []

    assert program.api.network_infrastructures.list(PROGRAM) == []


def test_nothing_there_is_nothing_to_delete(program: Bench) -> None:
    assert delete(program) is None
    assert program.mutations() == []


def test_no_shared_key_is_shown(program: Bench) -> None:
    wanted = vpn()
    answer = create(program, wanted)

    shown = [repr(wanted), str(wanted), repr(answer), *program.reports, str(program.simulator.journal())]
    assert not any(KEY in line for line in shown)
