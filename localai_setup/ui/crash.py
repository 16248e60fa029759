"""A bug of ours: a report to attach to an issue, and one line that says where it is."""

from __future__ import annotations

import platform
import sys
import traceback

from .. import __version__
from ..machine.asking.redact import Redactor
from ..machine.keeping import folders
from ..machine.keeping.writing import write_atomically
from ..model.errors import Exit, LocalaiError
from .printable import printable


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
    words = f"error: localai has a bug ({type(error).__name__})."
    try:
        where = folders.folder("state") / "crash.md"
        write_atomically(where, text.encode())
    except (OSError, LocalaiError):
        sys.stderr.write(f"{printable(text)}{words} The report stands above.\n")
    else:
        sys.stderr.write(f"{words} The report is in {where}\n")
    return Exit.BUG
