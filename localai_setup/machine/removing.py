"""Taking away what is ours, and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from ..model.errors import LocalaiError
from . import folders


def ours(*, keep_models: bool) -> list[Path]:
    """Our folders that are there; of the data folder only what is no model where those stay."""
    found = []
    for name in folders.TOKENS:
        folder = folders.folder(name)
        if name == "data" and keep_models and folder.exists():
            found += [path for path in sorted(folder.iterdir()) if path.name != "models"]
        elif folder.exists():
            found.append(folder)
    return found


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
    if root and not any(Path(root).expanduser().glob("*")):
        shutil.rmtree(Path(root).expanduser(), ignore_errors=True)
    return [str(path) for path in paths]


def left(*, keep_models: bool) -> list[str]:
    """What uninstalling does not touch, in words."""
    kept = [
        "localai itself: remove it with `pipx uninstall localai-setup`, or delete its environment"
    ]
    if keep_models:
        kept.append(f"the models in {folders.folder('data') / 'models'}")
    cache = Path(os.path.expanduser("~/.cache/huggingface"))
    if cache.exists():
        kept.append(f"the Hugging Face cache in {cache}, which other programs use too")
    return kept
