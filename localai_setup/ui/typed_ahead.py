"""Keys that were pressed before a question was shown: they answer nothing and are thrown away."""

from __future__ import annotations

import sys


def discard() -> None:
    """Empty the terminal's input, and the keys that the last question left over."""
    from prompt_toolkit.input import create_input
    from prompt_toolkit.input.typeahead import clear_typeahead

    try:
        clear_typeahead(create_input())
    except OSError:  # Windows without a console: nobody typed
        return
    if sys.platform == "win32":
        _discard_on_windows()
    else:
        _discard_on_unix()


def _discard_on_unix() -> None:
    if sys.platform != "win32":
        import termios

        try:
            termios.tcflush(sys.stdin, termios.TCIFLUSH)
        except (termios.error, OSError, ValueError):  # no terminal: nobody typed
            return


def _discard_on_windows() -> None:
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getwch()
