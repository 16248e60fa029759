"""Conversations that a person wants to keep: a file each, for its owner's eyes alone."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...model.decoding import DecodeError, decode
from ...model.errors import Exit, LocalaiError
from . import device_names, folders, plain_files
from .writing import write_atomically

SCHEMA = "localai.conversation/1"
_NAME = re.compile(r"\w[\w .-]{0,63}")


@dataclass(frozen=True)
class Kept:
    """What was said, oldest first, as the OpenAI API has it; `system` came before everything."""

    schema: str
    model: str
    messages: tuple[dict[str, Any], ...]
    system: str = ""


def path(name: str) -> Path:
    """The file of a conversation.

    Raises:
        LocalaiError: nothing can have this name.

    """
    if not _NAME.fullmatch(name) or name != name.strip() or device_names.is_device(name):
        raise LocalaiError(
            f"A conversation cannot be called {name or 'nothing'}.",
            "Its name becomes the name of a file.",
            "Take letters, digits, blanks, dots, dashes and underscores, 64 at most, and no name of a device "
            "of Windows (con, nul).",
            Exit.USAGE,
        )
    return folders.folder("data") / "conversations" / f"{name}.json"


def names() -> list[str]:
    """Of those that are kept."""
    return sorted(one.stem for one in path("a").parent.glob("*.json"))


def load(name: str) -> Kept | None:
    """None where there is none.

    Raises:
        LocalaiError: its file is damaged, or cannot be read; it is left as it is.

    """
    file = path(name)
    try:
        found = decode(Kept, json.loads(plain_files.read_text(file)))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError, DecodeError) as error:
        raise _damaged(file, str(error)) from None
    if found.schema != SCHEMA or not all(map(_is_message, found.messages)):
        raise _damaged(file, "it is no conversation of localai's")
    return found


def _is_message(one: dict[str, Any]) -> bool:
    return one.get("role") in ("user", "assistant") and _is_content(one.get("content"))


def _is_content(found: object) -> bool:
    """A text; or parts, of which the last is the question's text (see `attachment.question`)."""
    if isinstance(found, list):
        parts = [part for part in found if isinstance(part, dict)]
        return bool(found) and parts == found and isinstance(parts[-1].get("text"), str)
    return isinstance(found, str)


def save(name: str, model: str, system: str, messages: Sequence[dict[str, Any]]) -> None:
    """Replace it as a whole.

    Raises:
        OSError: it cannot be written.

    """
    kept = {"schema": SCHEMA, "model": model, "system": system, "messages": [*messages]}
    write_atomically(path(name), json.dumps(kept, ensure_ascii=False, indent=1).encode())


def _damaged(file: Path, why: str) -> LocalaiError:
    return LocalaiError(
        f"The conversation in {file} cannot be read: {why}.",
        "It is left as it is.",
        "Take another name, or move the file away.",
    )
