"""What the page of a model on the hub says of its licence. A mirror may answer anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: what the hub writes where the licence has a name of its own
OTHER = "other"


@dataclass(frozen=True)
class Card:
    """`licence` is the hub's short name for it, empty where the page names none.

    `gated`: the publisher gives the files only to those who agreed on the page.
    """

    licence: str = ""
    url: str = ""
    gated: bool = False


def card(info: Mapping[str, Any]) -> Card:
    """From the hub's answer about a model."""
    stated = info.get("cardData")
    name = _word(stated, "license")
    if name in ("", OTHER):
        name = _word(stated, "license_name") or name
    return Card(name, _word(stated, "license_link"), bool(info.get("gated")))


def _word(stated: Any, key: str) -> str:
    value = stated.get(key) if isinstance(stated, dict) else None
    if isinstance(value, list) and value:
        value = value[0]
    return value.strip()[:200] if isinstance(value, str) and value.isprintable() else ""
