"""Whether a text only quotes messages: a program's source, or the log of a repository."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Fewer lines tell nothing of what they are.
_FEW_LINES = 4
_OF_SOURCE = re.compile(
    r"\s*(?:(?:async )?def \w+\(|class \w+[(:]|import [\w.]+|from [\w.]+ import\b|(?:if|elif|for|while|with|except)\b.*:\s*$"
    r"|(?:else|try|finally):|return\b|raise \w|@\w|#|\"\"\"|assert\b|[\w.\[\]\"']+ [+-]?= |[\w.]+\(.*\)\s*$|[)\]}],?\s*$)"
)
#: Of these a text must have one, or it is a list of settings.
_DEFINES = re.compile(r"\s*(?:def \w+\(|class \w+[(:]|import [\w.]+\s*$|from [\w.]+ import\b)")
_RUN = re.compile(r"^Traceback \(most recent call last\)|^\s+File \"|^(?:\w+\.)*\w*Error\b")
_COMMIT = re.compile(r"commit [0-9a-f]{40}\b")
_OF_A_LOG = re.compile(
    r"commit [0-9a-f]{40}\b|(?:Author|AuthorDate|Commit|CommitDate|Date|Merge): |    "
)


def is_quoted(lines: Sequence[str]) -> bool:
    """True for Python source without a run of it, and for what `git log` prints."""
    stated = [line for line in lines if line.strip()]
    if len(stated) < _FEW_LINES:
        return False
    if _COMMIT.match(stated[0]):
        return all(map(_OF_A_LOG.match, stated))
    defines = any(map(_DEFINES.match, stated))
    return defines and all(map(_OF_SOURCE.match, stated)) and not any(map(_RUN.match, stated))
