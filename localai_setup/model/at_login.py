"""What starts the server when its owner logs in: a file in the words of each system, and the commands
around it. Values only.
"""

from __future__ import annotations

import plistlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

#: Not plain `localai`: other projects have that name, and files of it.
NAME = "localai-setup-server"
LABEL = "org.localai-setup.localai"
UNIT = f"{NAME}.service"
#: Stands in each file that we write; a file without it is another's, whatever its name.
MARK = "Written by localai-setup; `localai service off` takes it back."
#: A large model from a slow disk takes minutes.
START_SECONDS = 900
#: The scheduler's own, 7, is below normal, with slow reading from the disk; what a task starts inherits it.
#: https://learn.microsoft.com/windows/win32/taskschd/tasksettings-priority
_TASK_PRIORITY = 5
_TASK_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_NEEDS_QUOTES = re.compile(r"[^\w@%+=:,./-]")

Command = tuple[str, ...]


@dataclass(frozen=True)
class AtLogin:
    """`kind` is systemd, launchd or task. `turn_on` run after the file was written, `turn_off` before it is
    removed, `after_off` then; `asks` says by exit code 0 that it is on (empty: the file alone says so).
    """

    kind: str
    file: str
    content: bytes
    turn_on: tuple[Command, ...] = ()
    turn_off: tuple[Command, ...] = ()
    after_off: tuple[Command, ...] = ()
    asks: Command = ()

    @property
    def text(self) -> str:
        """The file as it is shown."""
        return self.content.decode(self._encoding)

    @property
    def _encoding(self) -> str:
        return "utf-16" if self.kind == "task" else "utf-8"

    def is_ours(self, content: bytes) -> bool:
        """Whether this content, found under the name of our file, was written by us."""
        return MARK in content.decode(self._encoding, "replace")


def systemd(program: Sequence[str], environment: Mapping[str, str], config: str) -> AtLogin:
    """A unit of the user's own service manager. `config` is `~/.config`, or where XDG says."""
    kept = "".join(f"Environment={_quoted(f'{k}={v}')}\n" for k, v in environment.items())
    text = (
        f"# {MARK}\n[Unit]\nDescription=The model server that localai set up\n\n"
        f"[Service]\nType=oneshot\nRemainAfterExit=yes\nTimeoutStartSec={START_SECONDS}\n{kept}"
        f"ExecStart={_command(program, 'up')}\nExecStop={_command(program, 'down')}\n\n"
        f"[Install]\nWantedBy=default.target\n"
    )
    control = ("systemctl", "--user")
    return AtLogin(
        "systemd",
        f"{config}/systemd/user/{UNIT}",
        text.encode(),
        turn_on=((*control, "daemon-reload"), (*control, "enable", UNIT)),
        turn_off=((*control, "disable", UNIT),),
        after_off=((*control, "daemon-reload"),),
        asks=(*control, "is-enabled", "--quiet", UNIT),
    )


def _command(program: Sequence[str], does: str) -> str:
    # in command lines, and only there, `$` begins a variable
    return " ".join(_quoted(word).replace("$", "$$") for word in (*program, does))


def _quoted(word: str) -> str:
    """As systemd.syntax has it: quotes, and the sign of its specifiers doubled."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{plain}"' if _NEEDS_QUOTES.search(word) else plain


def launchd(program: Sequence[str], environment: Mapping[str, str], home: str, uid: int) -> AtLogin:
    """An agent of the user's own; it is read at each login. The server outlives it."""
    document = {
        "Label": LABEL,
        "Comment": MARK,
        "ProgramArguments": [*program, "up"],
        "EnvironmentVariables": dict(environment),
        "RunAtLoad": True,
        "AbandonProcessGroup": True,
        "ProcessType": "Background",
    }
    return AtLogin(
        "launchd",
        f"{home}/Library/LaunchAgents/{LABEL}.plist",
        plistlib.dumps(document),
        after_off=(("launchctl", "bootout", f"gui/{uid}/{LABEL}"),),
    )


def task(program: str, arguments: str, user: str, folder: str) -> AtLogin:
    """A task of the user's own, with no more rights than they have. `arguments` is one command line of
    Windows; `folder` keeps the task's description.
    """
    file = f"{folder}\\localai-task.xml"
    return AtLogin(
        "task",
        file,
        _task_document(program, arguments, user),
        turn_on=(("schtasks", "/Create", "/TN", NAME, "/XML", file, "/F"),),
        turn_off=(("schtasks", "/Delete", "/TN", NAME, "/F"),),
        asks=("schtasks", "/Query", "/TN", NAME),
    )


def _task_document(program: str, arguments: str, user: str) -> bytes:
    root = ET.Element("Task", {"version": "1.2", "xmlns": _TASK_NAMESPACE})
    _text(ET.SubElement(root, "RegistrationInfo"), "Description", MARK)
    trigger = ET.SubElement(ET.SubElement(root, "Triggers"), "LogonTrigger")
    _text(trigger, "Enabled", "true")
    _text(trigger, "UserId", user)
    owner = ET.SubElement(ET.SubElement(root, "Principals"), "Principal", {"id": "Author"})
    _text(owner, "UserId", user)
    _text(owner, "LogonType", "InteractiveToken")
    _text(owner, "RunLevel", "LeastPrivilege")
    settings = ET.SubElement(root, "Settings")
    _text(settings, "DisallowStartIfOnBatteries", "false")
    _text(settings, "StopIfGoingOnBatteries", "false")
    _text(settings, "Priority", str(_TASK_PRIORITY))
    run = ET.SubElement(ET.SubElement(root, "Actions", Context="Author"), "Exec")
    _text(run, "Command", program)
    _text(run, "Arguments", arguments)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-16"))


def _text(parent: ET.Element, name: str, words: str) -> None:
    ET.SubElement(parent, name).text = words
