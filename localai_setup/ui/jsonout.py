"""The one JSON document that `--json` writes to stdout."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Any


def write(document: dict[str, Any]) -> None:
    """Write the document; values are dataclasses, mappings, sequences and scalars."""
    text = json.dumps(document, default=_plain, ensure_ascii=True, indent=1)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
