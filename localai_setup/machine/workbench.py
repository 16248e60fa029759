"""What steps may do to the world: one object, handed to `done`, `apply` and `undo`.

Each part is imported when it is first used: most commands need few of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .fetching.archives import Archives
    from .fetching.downloads import Downloads
    from .fetching.environments import Environments
    from .fetching.installers import Installers
    from .fetching.libraries import Libraries
    from .fetching.pace import Pace
    from .keeping.own_files import OwnFiles
    from .ollama.driver import ModelServer
    from .ollama.installing import Programs
    from .running.answers import Answers
    from .running.processes import Processes
    from .running.server import Servers
    from .serving import Serving


@dataclass
class Workbench:
    """`offline` forbids every request beyond loopback; `max_rate` is how fast downloads may be, as
    somebody typed it (empty: what the environment says).
    """

    offline: bool = False
    max_rate: str = ""

    @cached_property
    def processes(self) -> Processes:
        """Programs: run to the end, or started so that they outlive us."""
        from .running.processes import Processes

        return Processes()

    @cached_property
    def pace(self) -> Pace:
        """How fast downloads may be, all together."""
        from .fetching.pace import requested

        return requested(self.max_rate)

    @cached_property
    def installers(self) -> Installers:
        """Pip or uv."""
        from .fetching.installers import Installers

        return Installers(self.processes, offline=self.offline)

    @cached_property
    def environments(self) -> Environments:
        """The engine's own virtual environments."""
        from .fetching.environments import Environments

        return Environments(self.installers)

    @cached_property
    def trainers(self) -> Environments:
        """The trainers' own virtual environments."""
        from .fetching.environments import TRAINER, Environments

        return Environments(self.installers, TRAINER)

    @cached_property
    def libraries(self) -> Libraries:
        """Shared libraries that the system lacks."""
        from .fetching.libraries import Libraries

        return Libraries(self.installers)

    @cached_property
    def archives(self) -> Archives:
        """Engines from release archives."""
        from .fetching.archives import Archives

        return Archives(self.processes, self.pace, offline=self.offline)

    @cached_property
    def downloads(self) -> Downloads:
        """Files from elsewhere, whole and verified or not at all."""
        from .fetching.downloads import Downloads

        return Downloads(self.installers, self.pace, offline=self.offline)

    @cached_property
    def servers(self) -> Servers:
        """The server that answers."""
        from .running.server import Servers

        return Servers(self.processes)

    @cached_property
    def answers(self) -> Answers:
        """Questions to the server, and the record of what it answered."""
        from .running.answers import Answers

        return Answers()

    @cached_property
    def model_programs(self) -> Programs:
        """Programs that serve models."""
        from .ollama.installing import Programs

        return Programs(self.processes, self.pace, offline=self.offline)

    @cached_property
    def model_server(self) -> ModelServer:
        """A server that keeps models of its own."""
        from .ollama.driver import ModelServer

        return ModelServer(self.processes)

    @cached_property
    def serving(self) -> Serving:
        """The server that what was set up speaks to, of whichever kind."""
        from .serving import Serving

        return Serving(self.servers, lambda: self.model_server)

    @cached_property
    def own_files(self) -> OwnFiles:
        """Rights on our own files, and locks."""
        from .keeping.own_files import OwnFiles

        return OwnFiles()
