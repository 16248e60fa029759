"""A man page on the terminal, by the system's own `man`."""

from __future__ import annotations

import subprocess

from . import program_path


def can_show() -> bool:
    return program_path.find("man") is not None


def show(page: str) -> int:
    """Show a page in the pager that `man` uses; the exit code."""
    return subprocess.run(["man", "-l", "-"], input=page.encode(), check=False).returncode
