"""Where other programs of this computer lie, and where they keep their settings."""

from __future__ import annotations

import glob
import os
import sys
from pathlib import Path

from ...model.app import App, SettingsFile, Traces
from ...model.errors import LocalaiError
from ..running import program_path


def settings_path(file: SettingsFile) -> Path:
    """The file that the program reads here; of its names the one that is there already.

    A link is followed, so that settings which are kept elsewhere (dotfiles) are changed there.

    Raises:
        LocalaiError: links lead round in a circle.

    """
    folder = os.environ.get(file.variable) if file.variable else None
    written = file.windows if sys.platform == "win32" and file.windows else file.path
    path = Path(_expanded(written))
    path = Path(folder).expanduser() / path.name if folder else path
    others = (path.with_name(name) for name in file.also)
    known = next((one for one in (path, *others) if one.exists()), path)
    try:
        return known.resolve()
    except (OSError, RuntimeError):  # the latter up to Python 3.12
        raise LocalaiError(
            f"{known} cannot be read: its links lead nowhere.",
            "Nothing was changed.",
            "Remove the link, or let it lead to a file.",
        ) from None


def is_here(app: App) -> bool:
    """Whether the program seems to be installed, by its command or its files."""
    traces = app.found or Traces()
    if any(program_path.find(name) for name in traces.commands):
        return True
    return any(glob.glob(_expanded(pattern)) for pattern in traces.files)


def _expanded(path: str) -> str:
    """With the folder that `~`, `<config>` or `<appdata>` stands for."""
    path = path.replace("<config>", _config()).replace("<appdata>", _appdata())
    return os.path.expanduser(path)


def _config() -> str:
    return os.environ.get("XDG_CONFIG_HOME") or os.path.join("~", ".config")


def _appdata() -> str:
    if sys.platform == "win32":
        return os.environ.get("APPDATA") or os.path.join("~", "AppData", "Roaming")
    if sys.platform == "darwin":
        return os.path.join("~", "Library", "Application Support")
    return _config()
