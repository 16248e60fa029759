"""What `serve` was asked for, with all that was not named as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .. import for_many
from ..model.errors import Exit, LocalaiError
from ..model.server import HOST
from ..model.setup import SetUp
from .up import address_of


@dataclass(frozen=True)
class ServeRequest:
    """The flags. `users` None: as many as now; with nothing else what stands is told. `context` 0: the
    largest that fits, up to the one of now. `replicas` are so many servers behind a proxy, None: as many as
    now. With `proxy` one server has one too; None: as it is now, and where it refuses what others must not
    do. `listen` is the address that it is opened at once it stands, empty: where it is reached now.
    """

    users: int | None = None
    context: int = 0
    replicas: int | None = None
    proxy: bool | None = None
    listen: str = ""
    yes: bool = False
    dry_run: bool = False

    @property
    def names_nothing(self) -> bool:
        """Whether it only asks how it stands."""
        named = (self.users, self.replicas, self.proxy)
        return all(one is None for one in named) and not (self.context or self.listen)

    @property
    def is_for_one(self) -> bool:
        """Whether all is to be as it was for one person."""
        return self.users == 1 and (self.replicas or 1) == 1 and not self.proxy


@dataclass(frozen=True)
class Stated:
    """The same with nothing left open, but `proxy` None: where it refuses what others must not do. `was_at`
    is where the server is reached now, this computer alone where none runs.
    """

    users: int
    context: int
    replicas: int
    proxy: bool | None
    listen: str
    was_at: str

    @property
    def is_for_one(self) -> bool:
        """Whether all is as it was for one person."""
        return self.users == self.replicas == 1 and not self.proxy

    @property
    def notes(self) -> Iterator[str]:
        """Who reaches it afterwards, where that is not this computer alone as before."""
        if self.listen not in (self.was_at, HOST):
            yield f"It is opened to the network at {self.listen}, over plain http."
        elif self.listen != HOST:
            yield f"It stays open to the network at {self.listen}; `--listen {HOST}` closes it."
        elif self.was_at != HOST:
            yield f"It is open to the network at {self.was_at} now; only this computer reaches it then."


def stated(request: ServeRequest, setup: SetUp, reached_at: str) -> Stated:
    """`reached_at` is where its server is reached now.

    Raises:
        LocalaiError: the address is none of this computer; several servers are to have no proxy.

    """
    if request.is_for_one:
        kept = HOST if setup.alone else reached_at
        asked = replace(request, replicas=1, proxy=False, listen=request.listen or kept)
    else:
        asked = _as_now(request, setup, reached_at)
    return Stated(
        asked.users or setup.users,
        asked.context,
        asked.replicas or 1,
        asked.proxy,
        asked.listen if request.names_nothing else address_of(asked.listen),
        reached_at,
    )


def _as_now(request: ServeRequest, setup: SetUp, reached_at: str) -> ServeRequest:
    front = for_many.front(setup)
    proxy = request.proxy
    if proxy is None and front and front.replicas == 1:
        proxy = True
    replicas = request.replicas or for_many.replicas(setup)
    if proxy is False and replicas > 1:
        raise LocalaiError(
            f"{replicas} servers have a proxy in front of them.",
            "Without one there are as many addresses as servers.",
            "`--replicas 1 --no-proxy` is one server without a proxy.",
            Exit.USAGE,
        )
    return replace(
        request,
        replicas=replicas,
        proxy=proxy,
        listen=request.listen or reached_at,
    )
