"""The engines by name, for texts that are made before any engine is looked at."""

from __future__ import annotations

from ..machine.keeping import recipe_files
from ..model.errors import listed


def engine_names() -> str:
    """`llama.cpp or ollama`. The shipped recipes name them; to import the engines takes a help text too long."""
    return listed(recipe_files.shipped_ids("engines"))
