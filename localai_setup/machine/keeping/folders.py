"""Where localai keeps its own things, and the tokens (`<state>/…`) that stand for them in keys."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import platformdirs

from ...model.errors import LocalaiError

TOKENS = ("data", "config", "cache", "state")
_SEPARATOR = re.compile(r"[/\\]")


@cache
def all_folders() -> dict[str, Path]:
    """`data`, `config`, `cache` and `state`, below `LOCALAI_HOME` where that is set."""
    root = os.environ.get("LOCALAI_HOME")
    if root:
        return _usable({name: _root(root) / name for name in TOKENS})
    if not os.path.isabs(os.path.expanduser("~")) or os.environ.get("HOME") == "":
        raise LocalaiError(
            "There is no home folder to keep things in: HOME is not set.",
            "localai keeps the engine, the models and its state below it.",
            "Set HOME, or LOCALAI_HOME to any folder that you may write to.",
        )
    dirs = platformdirs.PlatformDirs("localai", appauthor=False)
    paths = (
        dirs.user_data_path,
        dirs.user_config_path,
        dirs.user_cache_path,
        dirs.user_state_path,
    )
    return _usable(dict(zip(TOKENS, paths, strict=True)))


def _root(chosen: str) -> Path:
    """Raises LocalaiError where it begins with the home of somebody who is not known here."""
    try:
        return Path(chosen).expanduser().resolve()
    except RuntimeError:
        raise LocalaiError(
            f"LOCALAI_HOME is {chosen}, and there is no such user's home.",
            "localai keeps the engine, the models and its state there.",
            "Set LOCALAI_HOME to a folder that you may write to.",
        ) from None


def _usable(found: dict[str, Path]) -> dict[str, Path]:
    """Raises LocalaiError where no engine could run in such a folder."""
    if os.pathsep in str(found["data"]):
        raise LocalaiError(
            f"localai cannot keep anything in {found['data']}: its path has a “{os.pathsep}”.",
            "Programs take it for the end of a path, and Python makes no environment there.",
            f"Set LOCALAI_HOME to a folder without “{os.pathsep}”.",
        )
    return found


def folder(name: str) -> Path:
    return all_folders()[name]


def hashed(place: Path, sha256: str, file: str) -> Path:
    """Where a file of this hash and name is kept in the folder `place`.

    It is one name in that very folder, whatever a damaged record says that the two are.
    """
    digits = re.sub("[^0-9a-fA-F]", "_", sha256[:12])
    return place / f"{digits}-{_SEPARATOR.split(file)[-1]}"


def resolve(path: str) -> str:
    """Put the real folder where a token or `~` stands."""
    for name in TOKENS:
        if path.startswith(f"<{name}>"):
            return str(folder(name)) + path[len(name) + 2 :]
    return os.path.expanduser(path) if path.startswith("~") else path


def tokenize(path: str) -> str:
    """The inverse of `resolve` for our own folders."""
    for name in TOKENS:
        real = str(folder(name))
        if path == real or path.startswith(real + os.sep):
            return f"<{name}>{path[len(real) :]}"
    return path
