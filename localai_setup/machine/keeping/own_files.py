"""Our own folders and files: may we use them, may others read them, is there room, is a lock held."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from ...model.examination import Disk, FileTroubles, HeldLock
from ..fetching.disk import nearest
from . import folders, locking, patience

#: Hold the server's key or what was asked: for their owner alone.
PRIVATE = (
    "api-key", "state.json", "previous.json", "server-settings.json", "answer.json", "server.json",
    "user-keys.json", "user-keys.txt",
)  # fmt: skip
#: the same for each of several servers, their watcher and proxy
OF_EACH = "server-settings.json.*"
LOCKS = ("init", "server")
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class OwnFiles:
    """What the step `own-files` may do to them."""

    def are_usable(self) -> bool:
        """Whether there is nothing that `repair` could do."""
        stale = any(lock.holder == "gone" for lock in held_locks())
        found = troubles()
        return not (stale or found.unusable or found.exposed)

    def repair(self) -> None:
        """Give us our own permissions back, take others' away, and release locks that nobody holds.

        Raises:
            OSError: a file belongs to somebody else.

        """
        for path in _unusable():
            path.chmod(
                _mode(path) | (stat.S_IRWXU if path.is_dir() else stat.S_IRUSR | stat.S_IWUSR)
            )
        for path in _exposed():
            path.chmod(_mode(path) & ~(WRITABLE_BY_OTHERS if path.is_dir() else OPEN_TO_OTHERS))
        for lock in held_locks():
            if lock.holder == "gone":
                patience.unlink(locking.path(lock.name))


def troubles() -> FileTroubles:
    """With tokens for our folders."""
    return FileTroubles(
        unusable=tuple(folders.tokenize(str(path)) for path in _unusable()),
        exposed=tuple(folders.tokenize(str(path)) for path in _exposed()),
    )


def disk() -> Disk:
    """Free MiB where the data folder is or would be, and whether that can be written to at all."""
    place = nearest(folders.folder("data"))
    try:
        free_mib = shutil.disk_usage(place).free // 1024**2
    except OSError:
        free_mib = None
    return Disk(str(place), free_mib, _writable(place))


def _writable(place: Path) -> bool | None:
    """Whether the file system takes writes; who may write is another question (see `troubles`)."""
    if sys.platform == "win32":
        return None
    with contextlib.suppress(OSError):
        return not os.statvfs(place).f_flag & os.ST_RDONLY
    return None


def _own_folders() -> Iterator[Path]:
    for name in folders.TOKENS:
        yield folders.folder(name)
    yield from (folders.folder("data") / name for name in ("models", "engines"))


def _ours() -> Iterator[Path]:
    """Our folders, the files of the state, and the models; not the thousands inside an engine."""
    data, state = folders.folder("data"), folders.folder("state")
    yield from _own_folders()
    yield state / "server.log"
    yield from _private()
    with contextlib.suppress(OSError):
        yield from sorted((data / "models").glob("*.gguf"))


def _private() -> Iterator[Path]:
    state = folders.folder("state")
    yield from (state / name for name in PRIVATE)
    with contextlib.suppress(OSError):
        yield from sorted(state.glob(OF_EACH))


def _unusable() -> list[Path]:
    if sys.platform == "win32":
        return []
    return [path for path in _ours() if _there(path) and not _usable(path)]


def _there(path: Path) -> bool:
    """A folder that we may not enter hides what is in it; then the folder itself is the trouble."""
    try:
        return path.exists()
    except OSError:
        return False


def _usable(path: Path) -> bool:
    """By its mode for what is our own (root's power hides a wrong mode), else by asking."""
    needed = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
    if path.suffix == ".gguf":
        needed = os.R_OK
    if path.stat().st_uid == os.getuid():
        return (_mode(path) >> 6) & needed == needed
    return os.access(path, needed)


def _exposed() -> list[Path]:
    if sys.platform == "win32":
        return []
    files = [path for path in _private() if _there(path) and _mode(path) & OPEN_TO_OTHERS]
    # who may write into a folder may put another program in place of ours
    return files + [one for one in _own_folders() if _there(one) and _mode(one) & stat.S_IWOTH]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def held_locks() -> list[HeldLock]:
    """Locks that somebody holds now."""
    found = []
    for name in LOCKS:
        pid = locking.holder(name)
        if pid is not None and locking.is_held(name):
            found.append(HeldLock(name, pid, _life(pid)))
    return found


def _life(pid: int) -> Literal["running", "stopped", "gone"]:
    import psutil

    try:
        process = psutil.Process(pid)
        return "stopped" if process.status() == psutil.STATUS_STOPPED else "running"
    except psutil.NoSuchProcess:
        return "gone"
    except psutil.Error:
        return "running"


def listener(port: int) -> str | None:
    """Name and number of the process that listens on this port; words where we may not know whose."""
    import psutil

    try:
        found = [one for one in psutil.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
    except (psutil.Error, RuntimeError):
        return None
    for one in found:
        if one.laddr and one.laddr.port == port:
            with contextlib.suppress(psutil.Error):
                # a program of another user has no number here, and psutil takes none as this program
                if one.pid:
                    return f"{psutil.Process(one.pid).name()} (process {one.pid})"
            return "a program of another user"
    return None
