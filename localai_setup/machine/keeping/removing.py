"""Taking away what is ours, and nothing else."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from ...model.errors import LocalaiError
from . import folders

#: What localai writes into each of its folders. Another program may use a folder of the same name,
#: and LOCALAI_HOME may name one where other things lie: those are left alone.
WRITTEN: dict[str, tuple[str, ...]] = {
    "data": ("engines", "models"),
    "config": ("recipes",),
    "cache": ("wheels", "releases", "*.json", ".*.json.*"),
    "state": ("*.json", "*.json.*", ".*.json.*", "*.lock", "*.log", "*.svg", ".*.svg.*"),
}


def ours(*, keep_models: bool) -> list[Path]:
    """What localai wrote: a whole folder where nothing else is in it, else its own things alone."""
    found: list[Path] = []
    for name in folders.TOKENS:
        folder = folders.folder(name)
        written = _written(name)
        if keep_models and name == "data":
            found += [path for path in written if path.name != "models"]
        elif folder.is_dir() and not _foreign(name):
            found.append(folder)
        else:
            found += written
    return found


def _written(name: str) -> list[Path]:
    return [path for path in _children(name) if any(map(path.match, WRITTEN[name]))]


def _foreign(name: str) -> list[Path]:
    """What lies in the folder and is not of localai's making."""
    return [path for path in _children(name) if not any(map(path.match, WRITTEN[name]))]


def _children(name: str) -> list[Path]:
    folder = folders.folder(name)
    return sorted(folder.iterdir()) if folder.is_dir() else []


def remove(paths: Sequence[Path]) -> list[str]:
    """Remove them.

    Raises:
        LocalaiError: one of them cannot be removed; names it.

    """
    for path in paths:
        try:
            if path.is_symlink() or path.is_file():
                path.unlink()
            else:
                shutil.rmtree(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise LocalaiError(
                f"{error.filename or path} cannot be removed: {error.strerror}.",
                "Everything before it was removed.",
                "Give yourself the right to write there, then run `localai uninstall` again.",
            ) from None
    root = os.environ.get("LOCALAI_HOME")
    if root:
        with contextlib.suppress(OSError):  # not empty: other things lie there
            os.rmdir(Path(root).expanduser())
    return [str(path) for path in paths]


def left(*, keep_models: bool) -> list[str]:
    """What uninstalling does not touch, in words."""
    kept = [
        "localai itself: remove it with `pipx uninstall localai-setup`, or delete its environment"
    ]
    if keep_models:
        kept.append(f"the models in {folders.folder('data') / 'models'}")
    kept += [
        f"{path}, which localai did not write" for name in folders.TOKENS for path in _foreign(name)
    ]
    cache = Path(os.path.expanduser("~/.cache/huggingface"))
    if cache.exists():
        kept.append(f"the Hugging Face cache in {cache}, which other programs use too")
    return kept
