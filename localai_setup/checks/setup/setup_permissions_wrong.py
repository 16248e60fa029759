"""Without its rights nothing can be saved or started; and the files of the state hold the server's
key and your test's words.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    unusable, exposed = setup.examined.files.unusable, setup.examined.files.exposed
    if unusable:
        what = f"localai may not read or write {', '.join(unusable)}."
        return Symptom(what, (Evidence("call:localai.examine", unusable[0]),), status="fail")
    if exposed:
        what = f"Other users of this computer can read or change {', '.join(exposed)}."
        return Symptom(what, (Evidence("call:localai.examine", exposed[0]),))
    return None
