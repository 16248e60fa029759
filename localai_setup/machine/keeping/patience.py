"""Renaming and removing what another program has open for a moment.

Windows refuses that, and a virus scanner opens every new file; other systems do not mind.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

#: Scanners let go of a file within a second or so.
PATIENCE_SECONDS = 3.0
POLL_SECONDS = 0.05
#: ERROR_ACCESS_DENIED and ERROR_SHARING_VIOLATION: Windows answers either where a file is open.
OPEN_ELSEWHERE = (5, 32)


def is_open_elsewhere(error: OSError) -> bool:
    """Whether Windows refused because another program has the file open, or may have."""
    return getattr(error, "winerror", None) in OPEN_ELSEWHERE


def replace(source: str | Path, target: str | Path) -> None:
    """As `os.replace`.

    Raises:
        OSError: as `os.replace`; what is open elsewhere was not let go of in time.

    """
    _repeated(lambda: os.replace(source, target))


def unlink(path: Path) -> None:
    """As `Path.unlink`; a file that is not there is no trouble.

    Raises:
        OSError: as `replace`.

    """
    _repeated(lambda: path.unlink(missing_ok=True))


def remove_tree(folder: Path) -> None:
    """As `shutil.rmtree`.

    Raises:
        OSError: as `replace`.

    """
    _repeated(lambda: shutil.rmtree(folder))


def _repeated(action: Callable[[], None]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            action()
        except OSError as error:
            if not is_open_elsewhere(error) or time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return
