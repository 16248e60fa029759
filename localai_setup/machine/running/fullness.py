"""How full the context of the server is, as the server says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .loopback import document

TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True)
class Fullness:
    """Tokens that the last question and its answer hold, of those that one conversation can hold."""

    used: int
    context: int

    @property
    def share(self) -> float:
        return self.used / self.context


def context(port: int, api_key: str | None) -> int | None:
    """Tokens that one conversation can hold; None where the server does not say."""
    found = document(port, "/props", TIMEOUT_SECONDS, api_key=api_key)
    settings = found.get("default_generation_settings") if isinstance(found, dict) else None
    size = settings.get("n_ctx") if isinstance(settings, dict) else None
    return size if isinstance(size, int) and size > 0 else None


def fullness(port: int, api_key: str | None) -> Fullness | None:
    """Of the slot that holds the most; None where the server does not say (`--no-slots`)."""
    slots = document(port, "/slots", TIMEOUT_SECONDS, api_key=api_key)
    if not isinstance(slots, list):
        return None
    found = [one for slot in slots if isinstance(slot, dict) and (one := _of_slot(slot))]
    return max(found, key=lambda one: one.share, default=None)


def _of_slot(slot: Mapping[str, Any]) -> Fullness | None:
    prompt, size = slot.get("n_prompt_tokens", 0), slot.get("n_ctx")
    written = slot.get("next_token") or [{}]
    last = written[0] if isinstance(written, list) else written
    decoded = last.get("n_decoded", 0) if isinstance(last, dict) else 0
    if not all(isinstance(one, int) for one in (prompt, size, decoded)) or not size:
        return None
    return Fullness(prompt + decoded, size)
