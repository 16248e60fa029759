"""Whether the firmware lets only signed drivers load: its variable, `mokutil`, or the kernel's log."""

from __future__ import annotations

import re

from ..model.reading import Readings
from ..model.source import File, Like, Source

SECURE_BOOT = File("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c")
SECURE_BOOT_STATE = Like("command:mokutil*")
SOURCES: tuple[Source, ...] = (SECURE_BOOT, SECURE_BOOT_STATE, Like("command:bootctl*"))
_SECURE_BOOT_STATE = re.compile(r"secure ?boot: (?:secure boot )?(enabled|disabled)", re.IGNORECASE)


def enabled(readings: Readings) -> bool | None:
    """The firmware's variable is four bytes of attributes and the state."""
    variable = readings.text(SECURE_BOOT)
    if variable:
        return variable.endswith("\x01")
    for _, text in readings.texts(SECURE_BOOT_STATE):
        if state := re.search(r"SecureBoot (enabled|disabled)", text):
            return state[1] == "enabled"
    for key in (
        "command:dmesg",
        "command:journalctl -k*",
        "command:journalctl -b*",
        "command:bootctl*",
    ):
        for _, text in readings.texts(key):
            if found := _SECURE_BOOT_STATE.search(text):
                return found[1].lower() == "enabled"
    return None
