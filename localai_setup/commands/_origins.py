"""The places that files are fetched from: can they be reached now?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from ..machine.fetching import addresses, hub

NOT_ALLOWED = "--offline was given"


class Origins(Protocol):
    """Each is empty where the place can be reached, else the reason why not, in words."""

    @property
    def hub(self) -> str: ...
    @property
    def releases(self) -> str: ...


@dataclass
class LiveOrigins:
    """Asked from this computer, once, and only when somebody wants to know."""

    offline: bool

    @cached_property
    def hub(self) -> str:
        """The hub of models."""
        if self.offline:
            return NOT_ALLOWED
        return "" if hub.reachable() else f"{addresses.hub()} does not answer"

    @cached_property
    def releases(self) -> str:
        """The release archives of engines."""
        if self.offline:
            return NOT_ALLOWED
        address = addresses.releases()
        return "" if hub.answers(address) else f"{address} does not answer"


@dataclass(frozen=True)
class AllReachable:
    """A recorded machine is planned for as if all of them answered it."""

    hub: str = ""
    releases: str = ""
