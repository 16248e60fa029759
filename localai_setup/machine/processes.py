"""Programs: run to the end, or started so that they outlive us."""

from __future__ import annotations


class Processes:
    """Runs and watches programs, never through a shell."""
