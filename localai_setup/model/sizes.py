"""Sizes in words."""

from __future__ import annotations

GB_BYTES = 1e9


def download_words(count: float) -> str:
    """Bytes as disks and downloads are told: in powers of ten."""
    return f"{count / GB_BYTES:.1f} GB" if count >= GB_BYTES else f"{count / 1e6:.0f} MB"


def range_words(low: float, high: float) -> str:
    """`5 to 8`, and one number where both ends round to the same."""
    if high < 1:
        return "less than 1"
    ends = (f"{low:.0f}", f"{high:.0f}")
    return " to ".join(ends) if ends[0] != ends[1] else f"about {ends[0]}"
