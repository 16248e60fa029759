from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.network import Network
from ...probes.reach import Reach

#: Ollama and GGUF files came in 2023: a computer that has them cannot be older.
OLDEST_YEAR = 2023
#: less than that no certificate minds
DAY_SECONDS = 86_400


def check(network: Network, reach: Reach) -> Symptom | None:
    """A clock from before there were such engines, one that servers contradict, or a refused date."""
    if network.year is not None and network.year < OLDEST_YEAR:
        what = f"The clock of this computer says {network.year}; every certificate looks invalid to it."
        return Symptom(what, (Evidence(network.clock_source, str(network.year)),), 0.98)
    return _clock_contradicted(reach) or _dates_refused(reach)


def _clock_contradicted(reach: Reach) -> Symptom | None:
    for place in reach.places or ():
        off_days = round((place.clock_ahead_seconds or 0) / DAY_SECONDS)
        if off_days:
            way = "ahead of" if off_days > 0 else "behind"
            what = f"This computer's clock is {abs(off_days)} days {way} that of {place.host}."
            proof = Evidence(
                "call:network.reach", f"{place.clock_ahead_seconds} s against {place.host}"
            )
            return Symptom(what, (proof,), 0.97, "warn")
    return None


def _dates_refused(reach: Reach) -> Symptom | None:
    refused = [one for one in reach.places or () if one.dates_refused]
    if not refused:
        return None
    what = f"By this computer's clock the certificate of {refused[0].host} is out of date."
    proof = tuple(Evidence("call:network.reach", f"{o.host}: {o.reason}") for o in refused)
    return Symptom(what, proof, 0.9, "warn")
