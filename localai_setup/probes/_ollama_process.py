"""Ollama's programs that run now, as the machine lists them (`machine/asking/ollama_processes.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model.decoding import decode_leniently
from ..model.reading import Readings
from ..model.source import Call
from ._ollama_address import Address
from ._ollama_settings import OllamaSettings

RUNNING = Call("programs.ollama")
#: So long a server that does not answer may still be looking for GPUs.
STARTING_SECONDS = 60


@dataclass(frozen=True)
class OllamaProcess:
    """`role` is server, runner (it holds a model) or app. `owner` is `you`, the account of a service, or
    `another user`. `listens` are addresses; `certain` is False where they are only of the same user.

    `seconds` is how long it has been running, and `stopped` whether a signal (Ctrl-Z) holds it.
    `parent_name` tells who started it; `variables` is None where they may not be read; `model` is the
    file that a runner holds, `options` what it was started with.
    """

    pid: int = 0
    parent: int = 0
    parent_name: str = ""
    role: str = ""
    program: str = ""
    owner: str = ""
    seconds: int = 0
    stopped: bool = False
    container: bool = False
    listens: tuple[str, ...] = ()
    certain: bool = True
    variables: Mapping[str, str] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    model: str = ""

    @property
    def may_be_starting(self) -> bool:
        """Whether it is young: one that looks for GPUs is silent at first."""
        return self.seconds < STARTING_SECONDS and not self.stopped

    @property
    def addresses(self) -> tuple[Address, ...]:
        return tuple(one for one in map(_address, self.listens) if one)

    @property
    def settings(self) -> OllamaSettings | None:
        return None if self.variables is None else OllamaSettings(self.variables, RUNNING.key)


def _address(written: str) -> Address | None:
    host, _, port = written.rpartition(":")
    return Address(host.strip("[]"), int(port)) if port.isascii() and port.isdigit() else None


def read(readings: Readings) -> tuple[OllamaProcess, ...]:
    listed = readings.document(RUNNING)
    found = listed if isinstance(listed, list) else []
    return tuple(decode_leniently(OllamaProcess, one) for one in found if isinstance(one, dict))
