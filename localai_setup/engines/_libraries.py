"""Shared libraries that a build loads from the system: which are missing, and what stands in for them."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.engine import BuildRecipe, Package, Refusal, Replacement
from ..model.facts import Facts
from ..model.system_libraries import command
from ..model.versions import numbers
from ..probes.cpu import Cpu
from ..probes.host import Host
from ..probes.libraries import SystemLibraries
from ..steps.install_library import InstallLibrary


def missing(build: BuildRecipe, facts: Facts) -> tuple[str, ...]:
    """Those that this system lacks. What is not known is not missing."""
    found = facts.get(SystemLibraries) or SystemLibraries()
    return tuple(name for name in build.libraries if name in found.missing)


def replacements(
    known: Iterable[Replacement], build: BuildRecipe, facts: Facts
) -> tuple[Replacement, ...]:
    """What stands in here for the libraries that are missing, as far as there is anything."""
    lacking = missing(build, facts)
    return tuple(one for one in known if one.library in lacking and _runs_here(one, facts))


def _runs_here(one: Replacement, facts: Facts) -> bool:
    host, cpu = facts.get(Host) or Host(), facts.get(Cpu) or Cpu()
    kind, _, version = (host.libc or "").partition(" ")
    return (
        host.system in one.systems
        and cpu.arch in one.arches
        and kind == "glibc"
        and numbers(version) >= numbers(one.glibc)
    )


def refuses(known: Iterable[Replacement], build: BuildRecipe, facts: Facts) -> Refusal | None:
    """Why this build cannot be loaded here: a library is missing, and nothing stands in for it."""
    replaced = {one.library for one in replacements(known, build, facts)}
    lacking = [name for name in missing(build, facts) if name not in replaced]
    if not lacking:
        return None
    return Refusal("lacking", f"it needs {' and '.join(lacking)}, which this system lacks")


def way_out(known: Iterable[Replacement], build: BuildRecipe, facts: Facts) -> str:
    """The system's own command for what is missing, in a sentence; empty where nothing is missing."""
    if not refuses(known, build, facts):
        return ""
    host = facts.get(Host) or Host()
    stated = command(missing(build, facts), host.family)
    how = f"once: `{stated}`" if stated else "with the package manager of this system"
    return f"Install it {how}, then run the same command again; it goes on."


def step(one: Replacement) -> InstallLibrary:
    """The step that brings it."""
    package = one.package
    size = max(wheel.bytes for wheel in package.wheels)
    name = f"{package.name}-{package.version}"
    return InstallLibrary(one.library, name, pins(package), one.folder, size, one.licence)


def pins(package: Package) -> str:
    """The pins for pip: one version, the hashes of its wheels."""
    hashes = " ".join(f"--hash=sha256:{wheel.sha256}" for wheel in package.wheels)
    return f"{package.name}=={package.version} {hashes}\n"
