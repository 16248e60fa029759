"""Where pip and uv may write beside the target, so that nothing of theirs is left in a home."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def variables(scratch: Path) -> dict[str, str]:
    """What is set for both tools; `scratch` is a folder that is removed after they ran.

    Unpacked files lie beside the target meanwhile: /tmp may be small, and moving is then only renaming.
    pip asks `rustc` for its version, and where that is rustup's it writes its settings as it answers.
    """
    found = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    found["RUSTUP_HOME"] = str(scratch / "rustup")
    if not pip_cache().is_dir():
        found["PIP_NO_CACHE_DIR"] = "1"
    if not uv_cache().is_dir():
        found["UV_NO_CACHE"] = "1"
    return found


def pip_cache() -> Path:
    """Of this user; it is used where there is one, and never made."""
    return _cache("pip", os.environ.get("PIP_CACHE_DIR"))


def uv_cache() -> Path:
    return _cache("uv", os.environ.get("UV_CACHE_DIR"))


def _cache(tool: str, chosen: str | None) -> Path:
    if chosen:
        return Path(chosen).expanduser()
    return platformdirs.user_cache_path(tool, appauthor=False)
