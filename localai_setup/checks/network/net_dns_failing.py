from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.reach import Reach


def check(reach: Reach) -> Symptom | None:
    """No name at all can be looked up; one name alone may be a mirror's or a company's wish.

    No more than worth knowing: a computer that is off the network looks the same.
    """
    places = reach.places or ()
    unknown = [one for one in places if one.kind == "name"]
    hosts = sorted({one.host for one in unknown})
    if len(unknown) < len(places) or len(hosts) < 2:  # noqa: PLR2004  one name proves nothing
        return None
    proof = tuple(Evidence("call:network.reach", f"{o.host}: {o.reason}") for o in unknown)
    return Symptom(f"No name can be looked up: {', '.join(hosts)}.", proof, 0.9, "info")
