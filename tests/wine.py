"""What wine does otherwise than Windows, so that a test shows nothing there: `grep unlike_wine tests`."""

import sys

import pytest


def _is_wine():
    if sys.platform != "win32":
        return False
    import ctypes

    return hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


IS_WINE = _is_wine()


def unlike_wine(reason):
    """May fail under wine, and nowhere else; where it passes there, `windows_wine.sh --tests` tells it."""
    return pytest.mark.xfail(IS_WINE, reason=f"wine {reason}")
