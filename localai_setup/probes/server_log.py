"""What our server said of itself while it started: how much of the model lies on the GPU."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model.reading import Readings
from ..model.source import File

LOG = File("<state>/server.log")
SOURCES = (LOG,)
_OFFLOADED = re.compile(r"offloaded (\d+)/(\d+) layers to GPU")
_BUFFER = re.compile(r"load_tensors:\s+(\S+) model buffer size =\s+([\d.]+) MiB")


@dataclass(frozen=True)
class ServerLog:
    """`offloaded` of `layers` lie on a GPU; `buffers_mib` is the weights' size by place (CPU_Mapped,
    CUDA0, Metal, Vulkan0). None and empty where the log does not tell. `line` is the proof.
    """

    offloaded: int | None = None
    layers: int | None = None
    buffers_mib: tuple[tuple[str, float], ...] = ()
    line: str = ""


def parse(readings: Readings) -> ServerLog:
    text = readings.text(LOG) or ""
    found = list(_OFFLOADED.finditer(text))
    buffers = [(one[1], float(one[2]), one[0]) for one in _BUFFER.finditer(text)]
    line = found[-1][0] if found else "; ".join(" ".join(one[2].split()) for one in buffers)
    return ServerLog(
        int(found[-1][1]) if found else None,
        int(found[-1][2]) if found else None,
        tuple((place, mib) for place, mib, _ in buffers),
        line,
    )
