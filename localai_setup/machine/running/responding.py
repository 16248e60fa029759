"""Folders whose file system does not answer: a network mount that is gone makes every look at it hang."""

from __future__ import annotations

import os
import threading
from functools import cache

#: A disk that was asleep is back within seconds.
LIMIT_SECONDS = 5.0
_look = os.path.exists


@cache
def responds(folder: str) -> bool:
    """Whether a look at this folder comes back at all, with success or not. Asked once per process: a
    thread that hangs ends with it. Where no thread can be started nobody can tell, and few do not.
    """
    done = threading.Event()

    def look() -> None:
        _look(folder)
        done.set()

    try:
        threading.Thread(target=look, daemon=True).start()
    except RuntimeError:  # no memory is left for one
        return True
    return done.wait(LIMIT_SECONDS)
