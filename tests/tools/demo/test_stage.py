import os
import sys
from pathlib import Path

from tools.demo.stage import CHECKOUT, build_stage, forget_passphrase, surroundings


def test_the_project_is_a_copy_with_this_interpreter_s_environment(tmp_path: Path) -> None:
    stage = build_stage(tmp_path)

    assert (stage.project / "Pulumi.yaml").read_text() == (CHECKOUT / "Pulumi.yaml").read_text()
    assert (stage.project / "__main__.py").read_text() == (CHECKOUT / "__main__.py").read_text()
    assert (stage.project / "stacks" / "Pulumi.local.yaml").is_file()
    assert (stage.project / ".venv").resolve() == Path(sys.prefix).resolve()


def test_nothing_of_the_user_s_pulumi_or_cloud_manager_is_shared(tmp_path: Path) -> None:
    user = {
        "PATH": "/usr/bin",
        "PULUMI_ACCESS_TOKEN": "theirs",
        "PULUMI_BACKEND_URL": "https://theirs",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "/theirs",
        "PULUMI_STACK": "theirs",
        "PULUMI_PARALLEL": "256",
        "CLOUDMANAGER_ACCESS_TOKEN": "theirs",
        "AEM_MAIL_FINGERPRINT_KEY": "theirs",
        "LANG": "C.UTF-8",
    }

    ours = surroundings(tmp_path, user)

    assert "theirs" not in "".join(ours.values())
    assert (ours["PULUMI_PARALLEL"], ours["LANG"]) == ("256", "C.UTF-8")
    assert ours["PATH"].endswith(f"{os.pathsep}/usr/bin")
    assert all(str(tmp_path) in ours[name] for name in ("PULUMI_HOME", "PULUMI_BACKEND_URL", "XDG_CACHE_HOME", "TMPDIR"))


def test_each_run_has_a_passphrase_of_its_own(tmp_path: Path) -> None:
    one, other = (surroundings(tmp_path, {})["PULUMI_CONFIG_PASSPHRASE"] for _ in range(2))

    assert one != other


def test_a_stack_file_that_was_used_in_the_checkout_is_freed_from_its_passphrase(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.local.yaml"
    file.write_text("config:\n  aem-mail:programId: '10001'\nencryptionsalt: v1:salt\n")

    forget_passphrase(file)

    assert file.read_text() == "config:\n  aem-mail:programId: '10001'\n"
