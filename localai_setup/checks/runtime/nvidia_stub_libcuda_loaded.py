"""The toolkit's folder of build-time stand-ins comes before the real driver library on the loader
path.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.logs import Logs
from ...probes.runtimes import Runtimes


def check(runtimes: Runtimes, logs: Logs) -> Symptom | None:
    if not runtimes.stubs:
        return None
    source, line = runtimes.stubs[0]
    hit = next((key for key, text in logs.texts.items() if "is a stub library" in text), None)
    if hit:
        what = f"A program loaded one of CUDA's stand-ins; the loader's path holds them: {line}"
        return Symptom(what, (Evidence(source, line), Evidence(hit, "is a stub library")), 0.98)
    return Symptom(
        f"The loader's path holds CUDA's stand-ins: {line}", (Evidence(source, line),), 0.88, "warn"
    )
