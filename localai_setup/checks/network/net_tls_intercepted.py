from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.reach import Reach


def check(reach: Reach) -> Symptom | None:
    """A certificate is refused for its signer, not for its dates."""
    refused = [one for one in reach.places or () if one.signer_refused]
    if not refused:
        return None
    named = ", ".join(f"{one.place} ({one.host})" for one in refused)
    way = " behind the proxy that is set" if any(one.proxy for one in refused) else ""
    proof = tuple(Evidence("call:network.reach", f"{o.host}: {o.reason}") for o in refused)
    what = f"Nobody that this computer trusts signed the certificate of {named}{way}."
    return Symptom(what, proof, 0.9, "warn")
