"""Sizes in words."""

from __future__ import annotations

GB_BYTES = 1e9


def download_words(count: float) -> str:
    """Bytes as disks and downloads are told: in powers of ten."""
    return f"{count / GB_BYTES:.1f} GB" if count >= GB_BYTES else f"{count / 1e6:.0f} MB"
