"""Name the known problems in a pasted error or log."""

from __future__ import annotations

import sys
from pathlib import Path

from ..explain import explain as explain_text
from ..model.errors import Exit
from ..surroundings import Surroundings
from ..ui import jsonout
from ._options import Options
from .doctor import finding_document


def explain(options: Options, what: str | None) -> Exit:
    """`what` is a known id, a file, or `-`."""
    raw = sys.stdin.buffer.read() if what in (None, "-") else Path(str(what)).read_bytes()
    found = explain_text(raw.decode("utf-8", "replace"), Surroundings())
    jsonout.write(
        {"schema": "localai.findings/1", "findings": [finding_document(one) for one in found]}
    )
    return Exit.PROBLEM if found else Exit.OK
