"""Answers that come from a library instead of a program; each is JSON, so that it can be recorded."""

from __future__ import annotations

import json
import os
import platform
import stat
import sys
from collections.abc import Callable, Mapping
from typing import Any

from ...model.reading import Failed, Missing, Reading, Text
from ...model.source import Call
from ..fetching import disk
from ..running import bounded
from . import gpu_calls, loading, processor_calls


def answer(source: Call, more: Mapping[str, Callable[[], Any]] | None = None) -> Reading:
    """Whatever goes wrong in a library is a failed reading, never an exception here."""
    function = {**CALLS, **(more or {})}.get(source.name)
    if function is None:
        return Missing()
    try:
        return Text(json.dumps(function(), ensure_ascii=False, sort_keys=True))
    except bounded.TooLateError:
        return Failed(f"{source.name} did not answer in time", "timed-out")
    except Exception as error:
        return Failed(f"{type(error).__name__}: {error}")


def describe_path(path: str) -> str:
    """`crw-rw---- root render`, with numbers where a name is not known; of a file its bytes too."""
    found = os.stat(path)
    size = f" {found.st_size}" if stat.S_ISREG(found.st_mode) else ""
    return f"{stat.filemode(found.st_mode)} {_user(found.st_uid)} {_group(found.st_gid)}{size}"


def _user(uid: int) -> str:
    try:
        import pwd

        return pwd.getpwuid(uid).pw_name
    except (ImportError, KeyError):
        return str(uid)


def _group(gid: int) -> str:
    try:
        import grp

        return grp.getgrgid(gid).gr_name
    except (ImportError, KeyError):
        return str(gid)


def _identity() -> dict[str, Any]:
    return {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "python": platform.python_version(),
    }


def _who() -> dict[str, Any]:
    """The user and the groups of this process: those of a fresh login may be more."""
    if sys.platform == "win32":
        raise NotImplementedError("Windows guards no device files by groups")
    groups = {_group(gid) for gid in (os.getegid(), *os.getgroups())}
    return {"user": _user(os.geteuid()), "groups": sorted(groups)}


def _engines() -> Any:
    from .programs import engines

    return engines()


def _ollama() -> Any:
    from .ollama_processes import processes

    return processes()


def _proofs() -> Any:
    from ..running.proving import recorded

    return recorded()


CALLS: dict[str, Callable[[], Any]] = {
    "localai.proofs": _proofs,
    "platform.uname": _identity,
    "user.groups": _who,
    "disk.models": disk.models,
    "programs.engines": _engines,
    "programs.ollama": _ollama,
    "system.libraries": loading.known,
    "nvml": gpu_calls.nvml,
    "gputil": gpu_calls.gputil,
    "dxgi.adapters": gpu_calls.dxgi,
    "cpuinfo.get_cpu_info": processor_calls.cpuinfo,
    "psutil.counts": processor_calls.counts,
    "registry.processor": processor_calls.registry,
}
