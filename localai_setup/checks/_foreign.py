"""What the kernel remembers of programs that died: it is told until the next start of the machine."""

from __future__ import annotations

import re
from functools import lru_cache

from ..model.finding import Signatures
from ..probes.logs import Logs
from ..probes.setup import SetUpState

#: The kernel's notes of a program that died: an instruction, an access, no memory.
NOTES = re.compile(
    r"traps: [^\[\n]{1,40}\[\d+\]:? [^\n]*|[\w.: -]{1,40}\[\d+\]: segfault at[^\n]*"
    r"|(?:Out of memory: Kill|oom-kill:|oom_reaper: reaped)[^\n]*|[\w.: -]{1,40} invoked oom-killer:[^\n]*"
)
#: What each note holds: a text without any of it need not be searched at length.
NOTED = (
    "traps: ",
    "segfault at",
    "Out of memory: Kill",
    "oom-kill:",
    "oom_reaper: reaped",
    "invoked oom-killer:",
)
KERNEL_LOGS = ("command:dmesg", "command:journalctl -k")


def alone(logs: Logs, setup: SetUpState, signs: Signatures) -> bool:
    """Whether nothing but such notes tells of a problem, and none of them can be of our server: a
    set-up is there, and its server runs or was stopped in order.
    """
    if not setup.is_set_up or setup.is_lost:
        return False
    noted = any(
        without_notes(text) != text
        for key, text in logs.texts.items()
        if key.startswith(KERNEL_LOGS)
    )
    return noted and not any(_matches(text, signs) for text in logs.texts.values())


def _matches(text: str, signs: Signatures) -> bool:
    """Whether anything beside the kernel's notes tells of it."""
    rest = without_notes(text)
    return any(re.search(one.pattern, rest, re.IGNORECASE) for one in signs)


@lru_cache(maxsize=64)
def without_notes(text: str) -> str:
    """The text without the kernel's notes; several checks ask for the same logs."""
    return NOTES.sub("", text) if any(one in text for one in NOTED) else text
