"""Measured commands see nothing of the user's own stacks and credentials, and use compiled modules."""

from pathlib import Path

from tools.benchmarks.lab import surroundings


def test_nothing_of_the_user_reaches_a_measured_command(tmp_path: Path) -> None:
    users = {
        "PATH": "/bin",
        "CLOUDMANAGER_CLIENT_SECRET": "a real one",
        "AEM_MAIL_POOL_WIDTH": "4",
        "PULUMI_HOME": "/home/user/.pulumi",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "/home/user/passphrase",
        "PULUMI_PARALLEL": "256",
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    environ = surroundings(users, tmp_path)

    assert environ["PATH"] == "/bin"
    assert environ["PULUMI_PARALLEL"] == "256"
    assert not {"CLOUDMANAGER_CLIENT_SECRET", "AEM_MAIL_POOL_WIDTH", "PULUMI_CONFIG_PASSPHRASE_FILE", "PYTHONDONTWRITEBYTECODE"} & set(
        environ
    )
    assert all(environ[name].startswith(str(tmp_path)) for name in ("PULUMI_HOME", "PYTHONPYCACHEPREFIX", "XDG_CACHE_HOME"))
