"""What this computer calls itself."""

from __future__ import annotations

import platform


def host_name() -> str:
    """Its name on the network; empty where it has none."""
    return platform.node()
