"""The person's browser: whether there is one, and a link opened in it that no list of processes shows."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path

from ..keeping import folders, patience
from ..keeping.writing import write_atomically

_PAGE = (
    '<!doctype html><meta charset="utf-8"><title>localai</title>'
    '<meta name="referrer" content="no-referrer">'
    '<meta http-equiv="refresh" content="0; url={link}"><a href="{link}">Open the page</a>\n'
)


def is_there() -> bool:
    """Whether a browser with a window can be opened; one inside the terminal would take it away."""
    if sys.platform in ("win32", "darwin"):
        return True
    in_windows = "microsoft" in Path("/proc/version").read_text("utf-8", "replace").lower()
    return not in_windows and bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def path() -> Path:
    return folders.folder("state") / "open.html"


def open_link(link: str, link_once: str) -> bool:
    """Whether a browser took it. It is given an address that leads there.

    On Linux that is `link_once`: browsers from a snap or a Flatpak cannot read hidden folders. Elsewhere,
    where nobody tells whose program asks, it is a file that its owner alone may read.

    Raises:
        OSError: the file cannot be written.

    """
    address = link_once
    if sys.platform != "linux":
        write_atomically(path(), _PAGE.format(link=link).encode())
        address = path().as_uri()
    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False


def forget() -> None:
    """Take the file away again."""
    patience.unlink(path())
