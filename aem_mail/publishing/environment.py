"""The environment that Git runs in: of the user's own what Git and its helpers need, so that none of them sees another secret. Pure."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

KEPT: Final = re.compile(
    r"GIT_(?:ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|PROXY_COMMAND|PROXY_SSL_\w+|EXEC_PATH|PROTOCOL"
    r"|HTTP_(?:PROXY_AUTHMETHOD|LOW_SPEED_\w+|USER_AGENT|MAX_REQUESTS)"
    r"|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))"
    r"|SSH_(?:AUTH_SOCK|AGENT_PID|ASKPASS|ASKPASS_REQUIRE|CONNECTION|CLIENT|TTY)"
)
"""Variables that say how to reach a server and as whom; all others of Git, also those of a hook that runs Pulumi, are left out."""

SURROUNDINGS: Final = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TMP|TEMP|TERM|TZ|LANG|LANGUAGE|LC_\w+|XDG_\w+|(?:HTTPS?|ALL|NO|FTP)_PROXY"
    r"|SSL_CERT_(?:FILE|DIR)|CURL_CA_BUNDLE|CURL_HOME|KRB5\w+|GNUPGHOME|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS"
    r"|(?:DY)?LD_LIBRARY_PATH|NIX_SSL_CERT_FILE"
    r"|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERPROFILE|HOMEDRIVE|HOMEPATH|(?:LOCAL)?APPDATA|PROGRAMDATA|PROGRAMFILES(?:\(X86\))?"
    r"|ALLUSERSPROFILE|MSYSTEM",
    re.IGNORECASE,
)
"""What Git, ssh and credential helpers need of the machine: where things are, in which language, and the way to the network."""

CREDENTIALS: Final = re.compile(
    r"GIT_(?:\w+_)?(?:USER|USERNAME|LOGIN|PASS|PASSWD|PASSWORD|TOKEN|PAT|CREDENTIALS?)"
    r"|(?:GH|GITHUB|GLAB|GITLAB|GITEA|FORGEJO|BITBUCKET|GCM|PASSWORD_STORE)_\w+"
    r"|CI_JOB_TOKEN|SYSTEM_ACCESSTOKEN|AZURE_DEVOPS_EXT_PAT"
)
"""What helpers and scripts of GIT_ASKPASS read to sign in to a forge: the user's own, and for Git."""

OURS: Final = re.compile(r"(?:CLOUDMANAGER|AEM_MAIL|PULUMI)_\w+")
"""What Git never gets, whoever names it."""

NAMES_VARIABLE: Final = "AEM_MAIL_GIT_VARIABLES"
"""Environment variable with the names of further ones for Git, such as those of a cloud that hosts repositories."""
NAMED: Final = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")

PROTOCOLS: Final = ("file", "http", "https", "ssh")
SETTINGS: Final = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("color.ui", "never"),
    ("i18n.commitEncoding", "UTF-8"),
    ("fetch.recurseSubmodules", "false"),
    ("push.recurseSubmodules", "no"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("http.lowSpeedLimit", "1"),
    ("http.lowSpeedTime", "60"),
)
"""Settings that stand above the user's, so that nothing of the machine changes what is committed, pushed or read."""

USERNAME_VARIABLE: Final = "PUBLISHING_USERNAME"
PASSWORD_VARIABLE: Final = "PUBLISHING_PASSWORD"  # noqa: S105 - the variable's name
HELPER: Final = (
    '!f() { test "$1" = get || return 0; '
    f'test -z "${USERNAME_VARIABLE}" || printf "username=%s\\n" "${USERNAME_VARIABLE}"; '
    f'printf "password=%s\\n" "${PASSWORD_VARIABLE}"; }}; f'
)
"""A credential helper that hands on what is in Git's own environment: the password is in no argument and no file."""


@dataclass(frozen=True, slots=True)
class GitCredential:
    """User and password for one server; ``username`` None: the one in the URL."""

    url: str
    username: str | None
    password: str = field(repr=False)


def git_environment(
    environ: Mapping[str, str], credential: GitCredential | None = None, *, commands: str = "", ssh_command: bool = False
) -> dict[str, str]:
    """Return the environment of a Git that is never interactive and whose configuration ends with SETTINGS.

    Of the user's it has what KEPT, SURROUNDINGS and CREDENTIALS name, what ``commands``, the helpers that the user has configured,
    read (``$NAME``), and what NAMES_VARIABLE lists: nothing by which Cloud Manager, Pulumi or a mail server is reached.
    With ``ssh_command`` the user has configured one (core.sshCommand), which is left alone.
    """
    named = _named(environ, commands)
    kept = {name: value for name, value in environ.items() if _is_needed(name, named) and not _is_password(value, credential)}
    fixed = {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS),
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }
    if not ssh_command and not {"GIT_SSH", "GIT_SSH_COMMAND"} & kept.keys():
        fixed["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=30"
    return {**kept, **fixed, **_credential_variables(credential), **_configuration(kept, [*SETTINGS, *_credential_settings(credential)])}


def _named(environ: Mapping[str, str], commands: str) -> Set[str]:
    """Return the variables that the user has named for Git; of Git's own, those that lead it elsewhere stay out."""
    listed = re.findall(r"\w+", environ.get(NAMES_VARIABLE, ""), re.ASCII)
    read = NAMED.findall("\n".join((commands, environ.get("GIT_SSH_COMMAND", ""))))
    return {name for name in (*listed, *read) if not name.startswith("GIT_")}


def _is_needed(name: str, named: Set[str]) -> bool:
    if OURS.fullmatch(name):
        return False
    return name in named or any(needed.fullmatch(name) for needed in (KEPT, SURROUNDINGS, CREDENTIALS))


def _is_password(value: str, credential: GitCredential | None) -> bool:
    return credential is not None and value == credential.password


def _credential_variables(credential: GitCredential | None) -> dict[str, str]:
    if credential is None:
        return {}
    return {USERNAME_VARIABLE: credential.username or "", PASSWORD_VARIABLE: credential.password}


def _credential_settings(credential: GitCredential | None) -> list[tuple[str, str]]:
    """Make our helper the only one, and for the declared server alone."""
    if credential is None:
        return []
    parts = urlsplit(credential.url)
    server = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return [(f"credential.{server}.helper", ""), (f"credential.{server}.helper", HELPER)]


def _configuration(kept: Mapping[str, str], settings: list[tuple[str, str]]) -> dict[str, str]:
    """Append settings to those that the user's own environment has."""
    given = kept.get("GIT_CONFIG_COUNT", "")
    first = int(given) if given.isdecimal() else 0
    variables = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (key, value) in enumerate(settings, start=first):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables
