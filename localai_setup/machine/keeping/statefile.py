"""The saved set-up on disk: replaced whole, set aside where it is damaged, left alone where it is newer.

Beside it the one that it took the place of, for the way back.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from ...model.decoding import DecodeError
from ...model.errors import LocalaiError
from ...model.setup import SetUp
from ...state import NewerStateError, from_document, to_document
from . import folders, patience, plain_files
from .writing import write_atomically


def path() -> Path:
    return folders.folder("state") / "state.json"


def previous_path() -> Path:
    return folders.folder("state") / "previous.json"


def peek() -> SetUp | None:
    """What was set up, None where nothing was or it cannot be read. Touches nothing."""
    return _peeked(path())


def previous() -> SetUp | None:
    """The set-up that worked before this one, None where there is none or it cannot be read."""
    found = _peeked(previous_path())
    return found if found and found.finished else None


def _peeked(file: Path) -> SetUp | None:
    try:
        return _read(file)
    except (OSError, NewerStateError, DecodeError):
        return None


def load() -> SetUp | None:
    """What was set up; None where nothing was. A damaged file is set aside, never overwritten.

    Raises:
        LocalaiError: a newer localai wrote it; nothing is touched.

    """
    try:
        return _read(path())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except NewerStateError as error:
        raise LocalaiError(
            f"A newer version of localai wrote the saved set-up ({error}).",
            f"This version cannot read {path()}; nothing was touched.",
            "Upgrade localai: `pipx upgrade localai-setup`.",
        ) from None
    except DecodeError:
        _set_aside()
        return None


def _read(file: Path) -> SetUp:
    try:
        document = json.loads(plain_files.read_text(file))
        # half a character can be written nowhere, and a file name holds no NUL
        text = json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"no JSON ({error})") from None
    if b"\\u0000" in text:
        raise DecodeError("a text with a NUL character")
    return from_document(document)


def _set_aside() -> None:
    aside = path().with_name(f"state.json.damaged-{int(time.time())}")
    patience.replace(path(), aside)
    sys.stderr.write(
        f"warning: {path()} is damaged and was set aside as {aside.name}. "
        "`localai init` sets up again; what was downloaded is kept.\n"
    )


def save(setup: SetUp) -> None:
    """Replace the saved set-up as a whole."""
    _write(path(), setup)


def keep_previous(setup: SetUp) -> None:
    """Replace the set-up that the way back leads to."""
    _write(previous_path(), setup)


def _write(file: Path, setup: SetUp) -> None:
    text = json.dumps(to_document(setup), ensure_ascii=False, indent=1)
    write_atomically(file, text.encode(errors="replace"))
