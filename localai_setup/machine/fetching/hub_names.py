"""What a model of the hub is called; loaded without anything that reaches the hub."""

from __future__ import annotations

import re

#: owner/repository, and which of its files
REFERENCE = re.compile(r"([A-Za-z0-9][\w.-]{0,95}/[\w.-]{1,95}?)(?::([\w./-]{1,120}))?")


def is_reference(text: str) -> bool:
    """Whether a text can be OWNER/REPO or OWNER/REPO:QUANT."""
    return REFERENCE.fullmatch(text) is not None and not text.lower().endswith(".gguf")
