from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.host import Host
from ...probes.userland import Userland

TRANSLATED = Evidence("command:sysctl -a", "sysctl.proc_translated: 1")


def check(host: Host, userland: Userland) -> Symptom | None:
    """Programs for Intel on a processor of Apple's, which macOS hides from them."""
    if host.translated:
        return Symptom("Python here is an Intel build, on an Apple chip.", (TRANSLATED,), 0.95)
    if host.system != "Darwin" or not userland.apple_chip or userland.python != "x86_64":
        return None
    what = f"Python here is an Intel build, on {userland.apple_chip}."
    return Symptom(what, (Evidence(userland.python_source, "x86_64"),), 0.95)
