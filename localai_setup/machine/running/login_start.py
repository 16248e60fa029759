"""The way of this machine to start the server at login: written, registered, asked for, taken back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ...model import at_login
from ...model.at_login import AtLogin, Command
from ...model.errors import LocalaiError
from ..keeping import folders, patience, plain_files, removing
from ..keeping.writing import write_atomically
from .processes import Processes

ASK_SECONDS = 20.0
#: A file of the system's own kind: others may read it, it holds no secret.
MODE = 0o644
#: relative ones count for nothing, by the specification of XDG and in platformdirs
_XDG = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
_CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")


def entry() -> AtLogin:
    """What is written on this system."""
    program, environment = _program(), _environment()
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        arguments = (*program[1:], "up")
        if environment:
            arguments = ("-c", _with_environment(environment), "up")
        user = os.path.join(os.environ.get("USERDOMAIN", ""), os.environ.get("USERNAME", ""))
        line = subprocess.list2cmdline(arguments)
        return at_login.task(program[0], line, user, str(folders.folder("state")))
    if sys.platform == "darwin":
        return at_login.launchd(program, environment, home, os.getuid())
    return at_login.systemd(
        program, environment, os.environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    )


def _program() -> tuple[str, ...]:
    """The Python that localai runs in; on Windows the one that opens no window."""
    windowless = Path(sys.executable).with_name("pythonw.exe")
    python = str(windowless) if windowless.exists() else sys.executable
    return python, "-m", "localai_setup"


def _environment() -> dict[str, str]:
    """What decides where localai's folders are, as whole paths: at login it starts from another folder."""
    kept = {}
    if root := os.environ.get("LOCALAI_HOME"):
        kept["LOCALAI_HOME"] = str(Path(root).expanduser().resolve())
    return kept | {
        name: os.environ[name] for name in _XDG if os.path.isabs(os.environ.get(name, ""))
    }


def _with_environment(environment: Mapping[str, str]) -> str:
    """A task of Windows has no environment of its own."""
    return (
        f"import os,sys;os.environ.update({dict(environment)!r});"
        "from localai_setup.__main__ import main;sys.exit(main())"
    )


def why_not(processes: Processes) -> str:
    """Why nothing can be started at login here, as a sentence; empty where it can."""
    if sys.platform in ("win32", "darwin"):
        return ""
    if any(os.path.exists(one) for one in _CONTAINER_MARKS):
        return "This is a container, in which nobody logs in; let the container's own start run `localai up`."
    done = _run(("systemctl", "--user", "show", "--property=Version"), processes)
    if done != 0:
        return (
            "No systemd of this user answers (`systemctl --user` fails), and other ways to start at "
            "login differ from system to system; let yours run `localai up`."
        )
    return ""


def is_on(found: AtLogin, processes: Processes) -> bool:
    """Whether our file is there and the system knows it."""
    return is_written(found) and (not found.asks or _run(found.asks, processes) == 0)


def is_written(found: AtLogin) -> bool:
    """Whether a file of ours lies there; one of the same name that another wrote is none."""
    content = _content(found)
    return content is not None and found.is_ours(content)


def _content(found: AtLogin) -> bytes | None:
    """None where there is no file, or none that can be read."""
    try:
        return plain_files.read_bytes(Path(found.file))
    except OSError:
        return None


def require_own_place(found: AtLogin, processes: Processes) -> None:
    """Raises LocalaiError where something that is not ours has the name of what would be written."""
    if is_written(found):
        return
    taken = found.file if os.path.lexists(found.file) else ""
    if not taken and found.kind == "task" and _run(found.asks, processes) == 0:
        taken = f"The task {at_login.NAME}"
    if taken:
        raise LocalaiError(
            f"{taken} is there already, and localai did not write it.",
            "It is left as it is: the server is not started at login.",
            "Rename or remove it if it is not needed, then run `localai service on` again.",
        )


def turn_on(found: AtLogin, processes: Processes) -> None:
    """Write the file and register it; where that is refused nothing stays.

    Raises:
        LocalaiError: the system refuses, or another's file has the place.
        OSError: the file cannot be written.

    """
    require_own_place(found, processes)
    removing.remember_missing_above(Path(found.file))
    write_atomically(Path(found.file), found.content, MODE)
    for command in found.turn_on:
        if _run(command, processes) != 0:
            turn_off(found, processes)
            raise LocalaiError(
                f"This failed: {' '.join(command)}",
                "So nothing was changed: the server is not started at login.",
                "Run it yourself to see why, or start the server with `localai up`.",
            )


def turn_off(found: AtLogin, processes: Processes) -> None:
    """Take back what `turn_on` did, whether or not the system still knows it; nothing of others.

    Raises:
        OSError: the file cannot be removed.

    """
    if not is_written(found):
        return
    for command in found.turn_off:
        _run(command, processes)
    patience.unlink(Path(found.file))
    for command in found.after_off:
        _run(command, processes)
    removing.remove_made_above(Path(found.file))


def _run(command: Command, processes: Processes) -> int:
    """Its exit code; -1 where there is no such program."""
    with suppress(OSError):
        return processes.run(command, ASK_SECONDS).exit_code
    return -1
