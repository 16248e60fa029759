from __future__ import annotations

from ...model.finding import Symptom
from ...probes.services import Services


def check(services: Services) -> Symptom | None:
    shell = services.shell
    proxy = shell.get("http_proxy") or shell.get("HTTP_PROXY")
    excepted = shell.get("no_proxy", "") + shell.get("NO_PROXY", "")
    stated = {"no_proxy", "NO_PROXY"} <= services.unset or bool(excepted)
    if not proxy or not stated or "localhost" in excepted or "127.0.0.1" in excepted:
        return None
    return Symptom(f"The proxy {proxy} is set, and NO_PROXY does not except this computer.")
