"""What is set up works without them; a new model, a new engine or a repair needs them."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.reach import Place, Reach

WORDS = {
    "name": "its name cannot be looked up",
    "certificate": "its certificate is refused",
    "timed-out": "it does not answer in time",
    "refused": "the connection is refused",
}


def check(reach: Reach) -> Symptom | None:
    silent = [place for place in reach.places or () if not place.answers]
    if not silent:
        return None
    what = "; ".join(f"{one.place} ({one.address}): {_why(one)}" for one in silent)
    proof = tuple(Evidence("call:network.reach", one.reason or str(one.code)) for one in silent)
    return Symptom(f"{what}.", proof)


def _why(place: Place) -> str:
    if place.code is not None:
        return f"it answers with an error of its own ({place.code})"
    return WORDS.get(place.kind, place.reason or "it does not answer")
