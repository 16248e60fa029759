"""Tables of words: what each name is told by, in what programs print and people write."""

from __future__ import annotations

import re
from collections.abc import Mapping


def table(words: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    """Name → its expression, which reads a text of several lines, and counts ASCII letters alone as such."""
    return {name: re.compile(pattern, re.MULTILINE | re.ASCII) for name, pattern in words.items()}
