"""What the kernel remembers of programs that died: it is told until the next start of the machine."""

from __future__ import annotations

import re

from ..model.finding import Signatures
from ..probes.logs import Logs
from ..probes.setup import SetUpState

#: The kernel's notes of a program that died: an instruction, an access, no memory.
NOTES = re.compile(
    r"traps: [^\[\n]{1,40}\[\d+\]:? [^\n]*|[\w.: -]{1,40}\[\d+\]: segfault at[^\n]*"
    r"|(?:Out of memory: Kill|oom-kill:|oom_reaper: reaped)[^\n]*|[\w.: -]{1,40} invoked oom-killer:[^\n]*"
)
KERNEL_LOGS = ("command:dmesg", "command:journalctl -k")


def alone(logs: Logs, setup: SetUpState, signs: Signatures) -> bool:
    """Whether nothing but such notes tells of a problem, and none of them can be of our server: a
    set-up is there, and its server runs or was stopped in order.
    """
    if not setup.is_set_up or setup.is_lost:
        return False
    noted = any(
        NOTES.search(text) for key, text in logs.texts.items() if key.startswith(KERNEL_LOGS)
    )
    return noted and not any(_tells(text, signs) for text in logs.texts.values())


def _tells(text: str, signs: Signatures) -> bool:
    """Whether anything beside the kernel's notes tells of it."""
    rest = NOTES.sub("", text)
    return any(re.search(one.pattern, rest, re.IGNORECASE) for one in signs)
