"""One feature of the memory module (HMM) is broken in some pairs of driver and kernel; CUDA then
starts nowhere, although `nvidia-smi` works.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.drivers import Drivers
from ...probes.logs import Logs

#: Error 3 of CUDA, as Ollama, PyTorch, llama.cpp and CUDA's own programs print it.
ERROR_3 = r"(?:init(?:ialization)? (?:failure|err(?:or)?)|cu\w{1,40}(?:\(\))? (?:err(?:or)?|returned|failed(?: with)?)|cuInit\S{0,40} (?:returned|failed with))[:= ]*\(?3\b(?![\d.])"


def check(drivers: Drivers, logs: Logs) -> Symptom | None:
    if not drivers.there.get("/dev/nvidia-uvm"):
        return None
    failed = re.search(rf"(?m)^.*{ERROR_3}.*$", "\n".join(logs.texts.values()), re.IGNORECASE)
    if not failed:
        return None
    return Symptom(
        "CUDA is not initialized (error 3) although the memory module's device file is there.",
        (Evidence("stat:/dev/nvidia-uvm", "exists"), Evidence("log", failed[0].strip()[:300])),
        certainty=0.9,
    )
