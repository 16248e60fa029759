"""A model that is named on the command line: a file here, or a place on the hub."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING

from ..machine.keeping import folders
from ..model.errors import LocalaiError

if TYPE_CHECKING:
    from ..machine.fetching.repository import HubModel


def file_here(reference: str) -> Path | None:
    """The path, where a file is meant; one that is named like a model's need not be there."""
    path = Path(folders.resolve(reference))
    # `Path.is_file` raises where a name is too long
    return path if os.path.isfile(path) or reference.lower().endswith(".gguf") else None


def on_the_hub(reference: str, *, offline: bool) -> HubModel:
    """The repository's files, and the header of the one that was chosen.

    Raises:
        LocalaiError: `offline`, or as `repository.open_model`.

    """
    if offline:
        raise LocalaiError(
            f"{reference} is looked up on the hub, and --offline forbids that.",
            hint="Run the same command without --offline, or name a GGUF file on this disk.",
        )
    from ..machine.fetching.repository import open_model

    return open_model(reference)
