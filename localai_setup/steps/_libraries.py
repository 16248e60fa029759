"""What an engine's step says where a library of the system is missing."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.errors import LocalaiError


def require(missing: Sequence[str]) -> None:
    """Raises LocalaiError where something is missing, before anything is fetched."""
    if missing:
        raise LocalaiError(
            f"The engine loads {' and '.join(missing)}, and this system has no such library.",
            "Nothing was fetched for it; without the library the server cannot start.",
            "`localai doctor` tells how to get it; then run the same command again.",
        )
