"""Versions as numbers, for comparing."""

from __future__ import annotations

import re

#: "570.86.10-1" of a package, "6.1.0-amd64" of a kernel: the version stands at the start
_LEADING = re.compile(r"\d{1,9}(?:\.\d{1,9})*")


def numbers(version: str | None) -> tuple[int, ...]:
    """The numbers at the start of a version, for comparing; empty where there are none."""
    from packaging.version import Version

    found = _LEADING.match(version or "")
    return Version(found[0]).release if found else ()
