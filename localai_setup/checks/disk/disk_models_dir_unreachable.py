from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.disks import Disks
from ...probes.services import Services


def check(disks: Disks, services: Services) -> Symptom | None:
    """A folder above the service's models that lets nobody but its owner through."""
    for source, store in services.settings("OLLAMA_MODELS"):
        for one in disks.listed:
            above = store.startswith(one.path.rstrip("/") + "/")
            if above and one.mode[0] == "d" and one.mode[9] not in "xt" and one.owner != "ollama":
                what = f"The models lie in {store}, and {one.path} (d{one.mode[1:]}, {one.owner}) lets nobody else through."
                evidence = (
                    Evidence(one.source, f"{one.mode} {one.owner} {one.path}"),
                    Evidence(source, store),
                )
                return Symptom(what, evidence, 0.95)
    return None
