"""What our server said of itself while it started: where the model lies, how much memory it took."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..buffers import Buffer, read
from ..model.reading import Readings
from ..model.source import File

LOG = File("<state>/server.log")
SOURCES = (LOG,)
_OFFLOADED = re.compile(r"offloaded (\d+)/(\d+) layers to GPU")

#: llama.cpp of 2026 and before
_REFUSED = re.compile(r"(?mi)^.{0,80}unauthorized: invalid api key.{0,80}$")


@dataclass(frozen=True)
class ServerLog:
    """`offloaded` of `layers` lie on a GPU; `buffers` are the engine's own sizes of all it allocated.
    None and empty where the log does not tell. `line` is the proof of where the model lies. `refusals`
    are requests without the right key, `refusal` is the last line that tells of one.
    """

    offloaded: int | None = None
    layers: int | None = None
    buffers: tuple[Buffer, ...] = ()
    line: str = ""
    refusals: int = 0
    refusal: str = ""

    @property
    def weights(self) -> tuple[Buffer, ...]:
        """The buffers that hold the model itself."""
        return tuple(one for one in self.buffers if one.kind == "weights")


def parse(readings: Readings) -> ServerLog:
    text = readings.text(LOG) or ""
    found = list(_OFFLOADED.finditer(text))
    buffers, refused = read(text), _REFUSED.findall(text)
    stated = (
        f"{one.device} model buffer size = {one.mib:.2f} MiB"
        for one in buffers
        if one.kind == "weights"
    )
    return ServerLog(
        int(found[-1][1]) if found else None,
        int(found[-1][2]) if found else None,
        buffers,
        found[-1][0] if found else "; ".join(stated),
        len(refused),
        refused[-1] if refused else "",
    )
