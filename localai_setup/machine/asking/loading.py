"""Asks the system's own loader whether it finds shared libraries, in a process of its own."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping

from ...model.source import DEFAULT_TIMEOUT_SECONDS
from ...model.system_libraries import KNOWN
from ..running import bounded

SCRIPT = """
import ctypes, json, sys
def trouble(name):
    try:
        ctypes.CDLL(name)
    except OSError as error:
        return str(error)
print(json.dumps({name: trouble(name) for name in sys.argv[1:]}))
"""


def known() -> dict[str, str | None]:
    """Every library that an engine may need on this system → why it cannot be loaded, None if it can.

    Raises:
        TooLateError, RuntimeError, OSError: as `loaded`.

    """
    return loaded(KNOWN.get(platform.system(), ()))


def loaded(
    names: Iterable[str],
    extra: Mapping[str, str] | None = None,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> dict[str, str | None]:
    """As `known`, for these names; `extra` is added to the environment.

    Raises:
        TooLateError: it took too long.
        RuntimeError: the loader killed the process that asked it.
        OSError: no process could be started.

    """
    requested = list(names)
    if not requested:
        return {}
    argv = [sys.executable, "-I", "-S", "-c", SCRIPT, *requested]
    stdout, _, code = bounded.run(argv, timeout_seconds, {**os.environ, **(extra or {})})
    if code:
        raise RuntimeError(f"the loader ended with code {code}")
    answer: dict[str, str | None] = json.loads(stdout)
    return answer
