"""The way of this machine to start the server at login: written, registered, asked for, taken back."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from ...model import at_login
from ...model.at_login import AtLogin, Command
from ...model.errors import LocalaiError
from ..keeping import folders, patience
from ..keeping.writing import write_atomically
from .processes import Processes

ASK_SECONDS = 20.0
#: A file of the system's own kind: others may read it, it holds no secret.
MODE = 0o644
_CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")


def entry() -> AtLogin:
    """What is written on this system."""
    program = _program()
    environment = {name: os.environ[name] for name in ("LOCALAI_HOME",) if os.environ.get(name)}
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        if environment:
            program = (program[0], "-c", _with_home(environment["LOCALAI_HOME"]))
        user = os.path.join(os.environ.get("USERDOMAIN", ""), os.environ.get("USERNAME", ""))
        return at_login.task(program, user, str(folders.folder("state")))
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


def _with_home(home: str) -> str:
    """A task of Windows has no environment of its own."""
    return (
        f"import os,sys;os.environ['LOCALAI_HOME']={home!r};"
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
    """Whether the file is there and the system knows it."""
    if not Path(found.file).is_file():
        return False
    return not found.asks or _run(found.asks, processes) == 0


def is_written() -> bool:
    return Path(entry().file).is_file()


def turn_on(found: AtLogin, processes: Processes) -> None:
    """Write the file and register it; where that is refused nothing stays.

    Raises:
        LocalaiError: the system refuses.
        OSError: the file cannot be written.

    """
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
    """Take back what `turn_on` did, whether or not the system still knows it.

    Raises:
        OSError: the file cannot be removed.

    """
    for command in found.turn_off:
        _run(command, processes)
    patience.unlink(Path(found.file))
    for command in found.after_off:
        _run(command, processes)


def _run(command: Command, processes: Processes) -> int:
    """Its exit code; -1 where there is no such program."""
    with suppress(OSError):
        return processes.run(command, ASK_SECONDS).exit_code
    return -1
