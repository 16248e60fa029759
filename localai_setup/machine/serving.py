"""The one server that serves what was set up, whichever kind it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.errors import LocalaiError
from ..model.model_server import ServerPlace
from ..model.server import Running, required
from .running import fullness
from .running.server import Servers

if TYPE_CHECKING:
    from .ollama.driver import ModelServer
    from .running.answers import Answers
    from .running.measuring import Meters

READY_SECONDS = 5.0


@dataclass(frozen=True)
class Serving:
    """`servers` hold one model each and are ours; the model server, which is made when it is asked
    for the first time, keeps its own, and is ours or one that was there.
    """

    servers: Servers
    find_model_server: Callable[[], ModelServer]

    @property
    def model_server(self) -> ModelServer:
        """The one of the machine."""
        return self.find_model_server()

    def running(self, place: ServerPlace | None) -> Running | None:
        """The server that is alive now."""
        if place is None:
            return self.servers.running()
        if place.port is None:
            return self.model_server.running()
        return Running(0, 0.0, place.port, "") if self._answers(place) else None

    def is_ready(self, place: ServerPlace | None, port: int) -> bool:
        """Whether it answers now."""
        return self.servers.is_ready(port) if place is None else self._answers(place)

    def answers(self, place: ServerPlace | None, port: int) -> bool:
        """As `is_ready`; one of ours that lives is given the time that it takes on a busy computer."""
        return self.servers.answers(port) if place is None else self._answers(place)

    def stop(self, place: ServerPlace | None, served_as: str) -> bool:
        """Whether there was something to stop. Of a server that was there only our model is put out of
        memory: others use it too.
        """
        if place is None:
            return self.servers.stop()
        if place.port is None:
            return self.model_server.stop()
        self.model_server.unload(place, served_as)
        return False

    def log(self, place: ServerPlace | None) -> Path | None:
        """The file that it writes its log to; None where it is not ours."""
        if place is None:
            return self.servers.log
        return self.model_server.own.log if place.is_ours else None

    def last_words(self, place: ServerPlace | None) -> str:
        """The last telling line of its log; empty where the log is not ours."""
        if place is None:
            return self.servers.last_words()
        return self.model_server.own.last_words() if place.is_ours else ""

    def meter(self, place: ServerPlace | None, served_as: str, answers: Answers) -> Meters[Any]:
        """What measures the live server."""
        from .ollama.measuring import OllamaMeter
        from .running.measuring import Meter

        if place is None:
            running = required(self.servers.running())
            return Meter(answers, running.port, running.api_key)
        return OllamaMeter(self.model_server.api(place), served_as)

    def context(self, place: ServerPlace | None, served_as: str) -> int | None:
        """Tokens that one conversation can hold now; None where the server does not say."""
        if place is None:
            running = self.servers.running()
            return fullness.context(running.port, running.api_key) if running else None
        from ..model.readback import Expected

        if not self._answers(place):
            # a server that hangs is waited for once, and not for as long as a model may load
            return None
        try:
            found = self.model_server.read_back(place, served_as, Expected())
        except LocalaiError:
            return None
        return found.context or None

    def context_used(self, place: ServerPlace | None) -> int | None:
        """Tokens that the last answer and what came before it hold; None where nobody tells: a server
        that was there has no request for it, and a log that is not ours.
        """
        if place is None:
            running = self.servers.running()
            full = fullness.fullness(running.port, running.api_key) if running else None
            return full.used if full else None
        if not place.is_ours:
            return None
        from .ollama import server_log

        return server_log.context_used(self.model_server.own.log_text())

    def _answers(self, place: ServerPlace) -> bool:
        from .ollama import models
        from .ollama.troubles import OllamaError

        try:
            models.version(self.model_server.api(place), READY_SECONDS)
        except OllamaError:
            return False
        return True
