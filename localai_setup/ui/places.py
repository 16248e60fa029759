"""Where files lie, in words."""

from __future__ import annotations

import os
import sys


def short(path: str) -> str:
    """Below the home folder, as shells write it; those of Windows do not agree on a way."""
    if sys.platform == "win32":
        return path
    home = os.path.expanduser("~")
    return f"~{path[len(home) :]}" if path.startswith(home + os.sep) else path
