"""What every build needs of the machine, whatever computes: system, processor, C library."""

from __future__ import annotations

from ..model.engine import BuildRecipe, Refusal
from ..model.facts import Facts
from ..model.recipe import ModelRecipe
from ..model.versions import numbers
from ..probes.cpu import Cpu
from ..probes.host import Host

#: words for the systems as Python names them
SYSTEMS = {"Darwin": "macOS"}


def refuses(build: BuildRecipe, facts: Facts) -> Refusal | None:
    """Why this machine cannot run the build at all. What is not known refuses nothing."""
    host, cpu = facts.get(Host) or Host(), facts.get(Cpu) or Cpu()
    if host.system is not None and host.system not in build.systems:
        systems = " and ".join(SYSTEMS.get(one, one) for one in build.systems)
        return Refusal("for-another", f"it is for {systems}")
    if cpu.arch is not None and cpu.arch not in build.arches:
        made_for = " and ".join(build.arches)
        words = f"it is for {made_for} processors, and this one is {cpu.arch}"
        return Refusal("for-another", words)
    if build.unavailable:
        return Refusal("unavailable", build.unavailable)
    lacking = _library(build, host) or _features(build, cpu)
    return Refusal("lacking", lacking) if lacking else None


def no_build(name: str, host: Host, cpu: Cpu) -> str:
    """That the engine of this name has no build for such a machine."""
    system = f" on {SYSTEMS.get(host.system, host.system)}" if host.system else ""
    return f"There is no build of {name} for {cpu.arch} processors{system}."


def too_old(model: ModelRecipe, build: BuildRecipe, name: str) -> str:
    """Why the build cannot run the model, `name` before its number; empty where it can."""
    least = model.llama_cpp_min_build or 0
    if build.number >= least:
        return ""
    return f"needs {name} b{least} or newer, and the build for this machine is b{build.number}"


def _library(build: BuildRecipe, host: Host) -> str | None:
    kind, _, version = (host.libc or "").partition(" ")
    if kind == "musl" and "Linux" in build.systems:
        return f"it needs glibc, and this system has {host.libc}"
    if kind == "glibc" and build.glibc and numbers(version) < numbers(build.glibc):
        return f"it needs glibc {build.glibc}, and this system has {version}"
    known = host.version if host.system == "Darwin" else None
    if known and build.os_version and numbers(known) < numbers(build.os_version):
        return f"it needs macOS {build.os_version}, and this is {known}"
    return None


def _features(build: BuildRecipe, cpu: Cpu) -> str | None:
    if cpu.features is None or cpu.arch != "x86_64":
        return None
    lacking = [one for one in build.cpu_features if one not in cpu.features]
    return f"it needs a processor with {', '.join(lacking).upper()}" if lacking else None
