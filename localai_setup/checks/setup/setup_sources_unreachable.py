"""The places that engines and models come from answer.

Why: what is set up works without them; a new model, a new engine or a repair needs them.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.reach import Place, Reach

PROBLEM = Problem(
    title="A place that engines or models come from does not answer.",
    seen="Fetching a model or an engine fails, or localai offers the tiny starter model alone.",
    why="What is set up works without a network. Fetching something new, or again, does not.",
    fixes=(
        Fix(
            "Check the network, the proxy and the name server; a company may have mirrors "
            "(docs/guides/company.md). `localai explain` reads the message of the program that failed.",
            proof="localai doctor --only setup-sources-unreachable",
        ),
    ),
    status="info",
    likelihood=0.3,
)
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
