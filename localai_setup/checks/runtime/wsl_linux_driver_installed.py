from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.host import Host
from ...probes.runtimes import Runtimes


def check(host: Host, runtimes: Runtimes) -> Symptom | None:
    in_wsl = host.wsl or "/dev/dxg" in runtimes.there
    if not in_wsl or not runtimes.linux_drivers:
        return None
    source, version = runtimes.linux_drivers[0]
    what = (
        f"A Linux driver's library (version {version}) lies beside the one that Windows projects."
    )
    return Symptom(what, (Evidence(source, source.rpartition("/")[2]),), 0.93)
