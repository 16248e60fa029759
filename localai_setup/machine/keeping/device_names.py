"""Names that Windows keeps for devices: no file or folder has one of them, with whatever ending."""

from __future__ import annotations

#: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"}
)


def is_device(name: str) -> bool:
    """Whether Windows takes it for a device: `con` and `Con.notes` are the console there."""
    return name.partition(".")[0].rstrip().upper() in _DEVICES
