"""What the log of a server says of a drafter that cannot serve (llama.cpp b11549)."""

from __future__ import annotations

import re
from pathlib import Path

from ...model.errors import LocalaiError

_LOADING = "loading draft model '"
#: the file cannot be loaded, or its context not be made: the server ends, and says why a line before
_FAILED = re.compile(r"failed to load draft model, '|failed to create MTP context")
#: prediction heads of another model: the server aborts
_OTHER_WIDTH = re.compile(r"GGML_ASSERT\(.*MTP input row width")
#: the server goes on, and nobody guesses
_NOT_USED = re.compile(r"failed to initialize speculative decoding context: *(.{1,200})")
_OTHER_WORDS = "the target and draft vocabs are not compatible"
_ERROR = re.compile(r"error loading model: *(.{1,200})")


def trouble(log: str, drafter: str) -> LocalaiError | None:
    """Why nobody guesses ahead, where the log says so; `drafter` is the path of its file."""
    _, loading, after = log.partition(_LOADING)
    reason = _reason(after) if loading else ""
    if not reason:
        return None
    return LocalaiError(
        f"The drafter {Path(drafter).name} cannot guess for this model: {reason}.",
        "The model itself was loaded; only what should make it faster is in the way.",
        "Run the same `localai init` again with `--drafting off`, or with another file.",
    )


def _reason(log: str) -> str:
    """From what was written after the drafter began to load; empty where nothing went wrong."""
    if _OTHER_WIDTH.search(log):
        return "its prediction heads are those of another model"
    if _OTHER_WORDS in log:
        return "its vocabulary is another one"
    if found := _NOT_USED.search(log):
        return found[1].strip()
    if not _FAILED.search(log):
        return ""
    why = _ERROR.search(log)
    return f"it cannot be loaded ({why[1].strip() if why else 'the log does not say why'})"
