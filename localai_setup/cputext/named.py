"""What a text other than /proc/cpuinfo proves of the processor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NamedCpu:
    """None is not told."""

    model: str | None = None
    arch: str | None = None
    features: tuple[str, ...] | None = None
    logical: int | None = None
    physical: int | None = None
    performance: int | None = None
