"""An engine brings its own libraries, but not those that every system is expected to have; small
installations and containers come without them.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.system_libraries import MICROSOFT
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    missing = [name for name in setup.examined.libraries if name not in MICROSOFT]
    if not missing:
        return None
    what = f"The engine of {setup.model} loads {' and '.join(missing)}, and this system has no such library."
    return Symptom(what, (Evidence("call:localai.examine", ", ".join(missing)),), 0.99)
