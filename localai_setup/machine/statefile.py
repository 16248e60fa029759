"""The saved set-up on disk: replaced whole, set aside where it is damaged."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from ..model.setup import SetUp
from ..state import from_document, to_document
from . import folders
from .writing import write_atomically


def path() -> Path:
    return folders.folder("state") / "state.json"


def load() -> SetUp | None:
    """What was set up; None where nothing was. A damaged file is set aside, never overwritten."""
    try:
        return from_document(json.loads(path().read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        aside = path().with_name(f"state.json.damaged-{int(time.time())}")
        path().replace(aside)
        sys.stderr.write(
            f"warning: {path()} is damaged and was set aside as {aside.name}. "
            "`localai init` sets up again; what was downloaded is kept.\n"
        )
        return None


def save(setup: SetUp) -> None:
    """Replace the saved set-up as a whole."""
    text = json.dumps(to_document(setup), ensure_ascii=False, indent=1)
    write_atomically(path(), text.encode())
