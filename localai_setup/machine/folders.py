"""Where localai keeps its own things, and the tokens (`<state>/…`) that stand for them in keys."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import platformdirs

TOKENS = ("data", "config", "cache", "state")


@cache
def all_folders() -> dict[str, Path]:
    """`data`, `config`, `cache` and `state`, below `LOCALAI_HOME` where that is set."""
    root = os.environ.get("LOCALAI_HOME")
    if root:
        return {name: Path(root).expanduser().resolve() / name for name in TOKENS}
    dirs = platformdirs.PlatformDirs("localai", appauthor=False)
    paths = (
        dirs.user_data_path,
        dirs.user_config_path,
        dirs.user_cache_path,
        dirs.user_state_path,
    )
    return dict(zip(TOKENS, paths, strict=True))


def folder(name: str) -> Path:
    return all_folders()[name]


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
