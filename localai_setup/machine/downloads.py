"""Files from elsewhere, whole and verified or not at all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Downloads:
    """`offline` forbids every request beyond loopback."""

    offline: bool = False
