"""What steps may do to the world: one object, handed to `done`, `apply` and `undo`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .downloads import Downloads
from .processes import Processes


@dataclass
class Workbench:
    """`offline` forbids every request beyond loopback."""

    offline: bool = False

    @cached_property
    def processes(self) -> Processes:
        """Programs: run to the end, or started so that they outlive us."""
        return Processes()

    @cached_property
    def downloads(self) -> Downloads:
        """Files from elsewhere, whole and verified or not at all."""
        return Downloads(offline=self.offline)
