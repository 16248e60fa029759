"""What is said to a person, kept in a file too (`--log-file`): with the time, without secrets."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from ..machine.keeping import plain_files
from ..model.errors import Exit, LocalaiError

FILE_MODE = 0o600


@dataclass
class _Log:
    path: Path | None = None


_LOG = _Log()


def begin(path: Path) -> None:
    """From now on what is said is added to this file.

    Raises:
        LocalaiError: it cannot be written.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        plain_files.opened_to_append(path, FILE_MODE).close()
    except OSError as error:
        raise LocalaiError(
            f"{path} cannot be written to: {error.strerror}.",
            "It was named by `--log-file` or LOCALAI_LOG_FILE.",
            "Name a file in a folder of yours.",
            Exit.USAGE,
        ) from None
    _LOG.path = path


def add(text: str) -> None:
    """Keep these lines; nothing where no file was named, or it cannot be written any more."""
    if _LOG.path is None:
        return
    from ..machine.asking.redact import without_secrets

    at = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    lines = [line for line in without_secrets(text).splitlines() if line.strip()]
    try:
        with plain_files.opened_to_append(_LOG.path, FILE_MODE) as file:
            file.writelines(f"{at} {line}{os.linesep}".encode(errors="replace") for line in lines)
    except OSError:
        _LOG.path = None
