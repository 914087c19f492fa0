import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aem_mail.files import FileUnusable
from aem_mail.simulator.state.clock import SimulatedClock
from aem_mail.simulator.state.storage import Storage, StorageError
from aem_mail.simulator.world import SimulatedWorld
from tests.contract.vpn import vpn_infrastructure
from tests.properties.hostile import spoiled, values
from tests.simulator.direct import ENVIRONMENT, INFRASTRUCTURES, MINUTE, NETWORKING, RULE, VARIABLES, Direct
from tests.simulator.seeds import seeds

WALL = 1_800_000_000.0
PASSWORD = {"name": "EMAIL_PASSWORD", "type": "secretString", "value": "password123"}


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "state.json")


def save(direct: Direct, storage: Storage) -> None:
    storage.save(direct.world.state, direct.world.clock, WALL)


def restart(storage: Storage) -> Direct:
    """A new simulator that goes on from the file."""
    direct = Direct()
    stored = storage.load(WALL, 0)
    assert stored is not None
    direct.world.restore(*stored)
    return direct


def busy() -> Direct:
    """A simulator in the middle of three changes, with secrets."""
    direct = Direct()
    direct.ask("POST", INFRASTRUCTURES, vpn_infrastructure())
    direct.wait(50 * MINUTE)
    direct.ask("PATCH", VARIABLES, [PASSWORD, {"name": "OLD", "value": "1"}])
    direct.wait(5 * MINUTE)
    direct.ask("PATCH", VARIABLES, [PASSWORD | {"value": "a-new-password"}, {"name": "OLD", "value": ""}])
    other = NETWORKING.replace("20001", "20002")
    assert direct.ask("PUT", other, {"portForwards": [RULE]}).status == 200
    direct.wait(1 * MINUTE)
    return direct


def test_there_is_nothing_to_load_before_the_first_save(storage: Storage) -> None:
    assert storage.load(WALL, 1) is None


def test_a_change_in_progress_goes_on_after_a_restart(storage: Storage) -> None:
    before = busy()
    save(before, storage)

    after = restart(storage)

    assert after.world.state == before.world.state
    assert after.world.to_json() == before.world.to_json()
    assert after.status(ENVIRONMENT) == "updating"
    assert {each["name"]: each["status"] for each in after.listed(VARIABLES)} == {"EMAIL_PASSWORD": "updating", "OLD": "deleting"}
    after.wait(4 * MINUTE)
    assert after.status(ENVIRONMENT) == "ready"


def test_an_infrastructure_being_deleted_goes_after_a_restart(storage: Storage) -> None:
    before = Direct().with_infrastructure()
    before.ask("DELETE", f"{INFRASTRUCTURES[:-1]}/30001")
    save(before, storage)

    after = restart(storage)

    assert [each["status"] for each in after.listed(INFRASTRUCTURES)] == ["deleting"]
    after.wait(15 * MINUTE)
    assert after.listed(INFRASTRUCTURES) == []
    assert after.ask("POST", INFRASTRUCTURES, {"kind": "vpn", "region": "va7"} | vpn_infrastructure()).document["id"] == "30002"


def test_values_of_secrets_survive_a_restart(storage: Storage) -> None:
    save(busy(), storage)

    values = {secret.value for secret in restart(storage).world.held_secrets().values()}

    assert {"password123", "a-new-password", "psk-4711"} <= values


def test_no_secret_lies_in_the_clear(storage: Storage) -> None:
    save(busy(), storage)

    written = storage.path.read_text() + storage.key_path.read_text()
    assert not [secret for secret in ("password123", "a-new-password", "psk-4711") if secret in written]


def test_only_the_owner_can_read_the_files_and_nothing_else_is_left(storage: Storage) -> None:
    save(busy(), storage)
    save(busy(), storage)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in storage.path.parent.iterdir()}
    assert modes == {"state.json": 0o600, "state.json.key": 0o600}


def test_a_save_that_fails_leaves_the_file_before_it(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    save(Direct(), storage)
    before = storage.path.read_bytes()

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(FileUnusable, match="No space left"):
        save(busy(), storage)

    assert storage.path.read_bytes() == before
    assert {path.name for path in storage.path.parent.iterdir()} == {"state.json", "state.json.key"}


def test_the_clock_goes_on_from_the_save_at_the_new_pace(storage: Storage) -> None:
    direct = Direct()
    direct.wait(3600)
    save(direct, storage)

    loaded = storage.load(WALL + 500, 60)

    assert loaded is not None
    assert loaded[1].at(WALL + 500) == WALL + 3600
    assert loaded[1].at(WALL + 501) == WALL + 3660


@settings(max_examples=25)
@given(seed=seeds())
def test_every_state_is_loaded_as_it_was_saved(seed: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    storage = Storage(tmp_path_factory.mktemp("state") / "state.json")
    world = SimulatedWorld.seeded(seed, time_scale=0, wall=lambda: WALL)
    storage.save(world.state, world.clock, WALL)

    loaded = storage.load(WALL, 0)

    assert loaded is not None
    assert loaded[0] == world.state
    assert loaded[1].at(WALL) == world.now


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 2}', "not json"])
def test_a_file_that_is_no_state_is_named(content: str, storage: Storage) -> None:
    save(Direct(), storage)
    storage.path.write_text(content)

    with pytest.raises(StorageError, match=r"state\.json is not a state file of the simulator"):
        storage.load(WALL, 1)


def test_a_missing_key_is_named(storage: Storage) -> None:
    save(Direct(), storage)
    storage.key_path.unlink()

    with pytest.raises(StorageError, match=r"state\.json\.key is missing"):
        storage.load(WALL, 1)


def test_another_key_does_not_fit(storage: Storage, tmp_path: Path) -> None:
    save(Direct(), storage)
    other = Storage(tmp_path / "other.json")
    other.save(Direct().world.state, SimulatedClock.starting(WALL), WALL)
    storage.key_path.write_bytes(other.key_path.read_bytes())

    with pytest.raises(StorageError, match="the key does not fit"):
        storage.load(WALL, 1)


def test_a_state_file_is_json_that_a_person_can_read(storage: Storage) -> None:
    save(Direct(), storage)

    assert json.loads(storage.path.read_text())["state"]["programs"]["10001"]["region"] == "va7"


def test_a_link_that_lies_in_wait_is_not_followed(storage: Storage, tmp_path: Path) -> None:
    """In a folder that others may write, such as /tmp, somebody could lay links under the names of files to come."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for name in (f".state.json.{os.getpid()}", f".state.json.key.{os.getpid()}"):
        (tmp_path / name).symlink_to(victim)

    save(busy(), storage)

    assert victim.read_text() == "precious"


def test_a_state_file_that_is_a_link_is_refused_and_what_it_leads_to_stays(storage: Storage, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    save(Direct(), storage)
    storage.path.rename(victim)
    before = victim.read_bytes()
    storage.path.symlink_to(victim)

    with pytest.raises(FileUnusable, match=r"state\.json cannot be written: it is a symbolic link; name the file itself"):
        save(busy(), storage)

    assert victim.read_bytes() == before
    assert storage.path.is_symlink()


@pytest.mark.parametrize("path", ["/dev/zero", "/dev", "pipe"])
def test_what_is_no_file_is_refused_at_once(path: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    storage = Storage(tmp_path / "linked.json")
    save(Direct(), storage)
    storage.path.unlink()
    storage.path.symlink_to(tmp_path / path)

    with pytest.raises(StorageError, match=r"linked\.json cannot be read: it is a (device|folder|named pipe)"):
        storage.load(WALL, 1)


@settings(max_examples=100)
@given(data=st.data())
def test_a_state_file_that_was_spoiled_is_refused_or_read(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    storage = Storage(tmp_path_factory.mktemp("state") / "state.json")
    save(Direct(), storage)
    document = json.loads(storage.path.read_text())
    at: Any = document
    while isinstance(at, dict) and at:
        key = data.draw(st.sampled_from(sorted(at)))
        if data.draw(st.booleans()) or not isinstance(at[key], dict):
            at[key] = data.draw(values())
            break
        at = at[key]
    storage.path.write_bytes(data.draw(st.just(json.dumps(document).encode()) | spoiled(json.dumps(document).encode())))

    try:
        storage.load(WALL, 1)
    except StorageError as error:
        message = str(error)
        assert str(storage.path) in message
