from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.host import Host

#: the C library of RHEL 8 is 2.28; Ollama and llama.cpp ask for symbols of 2.27
OLDEST = (2, 27)


def check(host: Host) -> Symptom | None:
    found = re.fullmatch(r"glibc (\d+)\.(\d+)", host.libc or "")
    if not found or (int(found[1]), int(found[2])) >= OLDEST:
        return None
    what = f"This system has {host.libc}; ready-made engines need {OLDEST[0]}.{OLDEST[1]} or newer."
    return Symptom(what, (Evidence("command:ldd --version", host.libc or ""),), 0.9, "warn")
