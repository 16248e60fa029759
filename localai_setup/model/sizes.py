"""Sizes in words: one unit for memory, disks and downloads, so that they can be compared."""

from __future__ import annotations

#: as memory is sold, and as Windows, `df -h` and `ls -lh` count; `localai explain GB` tells others' ways
KB_BYTES, MB_BYTES, GB_BYTES = 1024, 1024**2, 1024**3


def size_words(count: float, digits: int = 1) -> str:
    """Bytes as everything on the screen is told: `94 MB`, and from a gigabyte on `5.3 GB`."""
    if round(count / MB_BYTES) >= GB_BYTES // MB_BYTES:
        return f"{count / GB_BYTES:.{digits}f} GB"
    if count >= MB_BYTES:
        return f"{count / MB_BYTES:.0f} MB"
    return f"{count / KB_BYTES:.0f} KB" if count >= KB_BYTES else f"{count:.0f} bytes"


def mib_words(mib: float, digits: int = 1) -> str:
    """As `size_words`, of what is counted in MiB: `153 MB`, `16.0 GB`."""
    return size_words(mib * MB_BYTES, digits) if mib >= 1 else "0 MB"


def gigabyte_words(mib: float) -> str:
    """`16 GB`, for what is sold or compared in gigabytes, of what is counted in MiB."""
    return f"{mib * MB_BYTES / GB_BYTES:.0f} GB"


def rate_words(bytes_per_second: float) -> str:
    """`11.9 MB/s`, `488 KB/s`."""
    if bytes_per_second >= MB_BYTES:
        return f"{bytes_per_second / MB_BYTES:.1f} MB/s"
    return f"{bytes_per_second / KB_BYTES:.0f} KB/s"


def range_words(low: float, high: float) -> str:
    """`5 to 8`, and one number where both ends round to the same."""
    if high < 1:
        return "less than 1"
    ends = (f"{low:.0f}", f"{high:.0f}")
    return " to ".join(ends) if ends[0] != ends[1] else f"about {ends[0]}"
