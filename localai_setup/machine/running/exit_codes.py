"""What the exit code of a program says: a signal, or a failure that Windows names."""

from __future__ import annotations

import signal

#: From here on an exit code is a failure that Windows names (NTSTATUS, severity error).
WINDOWS_FAILURE = 0xC0000000
#: what Windows reports where Linux sends a signal
WINDOWS_DEATHS = {0xC000001D: "SIGILL", 0xC0000005: "SIGSEGV", 0xC0000374: "SIGABRT",
                  0xC0000409: "SIGABRT"}  # fmt: skip
#: of a recording that is read where the system has no such signals (signal(7))
LINUX_SIGNALS = {
    4: "SIGILL",
    6: "SIGABRT",
    7: "SIGBUS",
    8: "SIGFPE",
    9: "SIGKILL",
    11: "SIGSEGV",
    15: "SIGTERM",
}


def signal_of(exit_code: int) -> str | None:
    """The signal that ended a program, by the name that Linux has for it; None where it left by itself."""
    if exit_code in WINDOWS_DEATHS:
        return WINDOWS_DEATHS[exit_code]
    if exit_code >= 0:
        return None
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return LINUX_SIGNALS.get(-exit_code, f"number {-exit_code}")


def exit_code_words(code: int) -> str:
    """As it is written in texts and search engines: Windows' own failures in hexadecimal."""
    return f"0x{code:X}" if code >= WINDOWS_FAILURE else str(code)
