from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.system_libraries import MICROSOFT
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    missing = [name for name in setup.examined.libraries if name in MICROSOFT]
    if not missing:
        return None
    what = f"The engine of {setup.model} loads {' and '.join(missing)}, which this Windows lacks."
    return Symptom(what, (Evidence("call:localai.examine", ", ".join(missing)),), 0.99)
