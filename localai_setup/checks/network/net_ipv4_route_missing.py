from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.network import Network


def check(network: Network) -> Symptom | None:
    """No default route of IPv4, and nothing that answered without one."""
    if network.ipv4_route is not False or any(
        one.answered and _is_far(one.url) for one in network.answers
    ):
        return None
    what = "This computer has no default route for IPv4."
    return Symptom(what, (Evidence(network.route_source, "no default route"),), 0.96)


def _is_far(url: str) -> bool:
    return not any(near in url for near in ("127.0.0.1", "localhost", "[::1]"))
