"""A bug of ours: a report to attach to an issue, and one line that says where it is."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from pathlib import Path

from .. import __version__
from ..machine.asking.redact import Redactor
from ..model.errors import Exit


def report_crash(error: BaseException, arguments: list[str]) -> int:
    """Write the redacted report as Markdown and say where it lies."""
    redact = Redactor.for_this_user()
    trace = "".join(traceback.format_exception(error))
    text = redact.text(
        f"# localai {__version__} crashed\n\n"
        f"- command: `localai {' '.join(arguments)}`\n"
        f"- system: {platform.platform()}, Python {platform.python_version()}\n\n"
        f"```text\n{trace}```\n"
    )
    where = Path(tempfile.gettempdir()) / "localai-crash.md"
    try:
        where.write_text(text, encoding="utf-8")
    except OSError:
        sys.stderr.write(text)
    sys.stderr.write(
        f"error: localai has a bug ({type(error).__name__}). The report is in {where}\n"
    )
    return Exit.BUG
