"""llama.cpp: a wheel in an environment of its own, or the project's release archives."""

from __future__ import annotations

from importlib import resources

from ..model.engine import BuildRecipe, EngineRecipe, Package, Replacement
from ..model.facts import Facts
from ..model.plan import Step
from ..probes.cpu import Cpu
from ..probes.host import Host
from ..steps.install_archive import InstallArchive
from ..steps.install_engine import InstallEngine
from . import _libraries, _needs
from ._offers import Offer, offers

NAME = "llama.cpp"
NEXT_WAY = (
    "Another engine may run here, Ollama (ollama.com) for example; localai does not set it up."
)


def builds(engine: EngineRecipe, facts: Facts) -> tuple[Offer, ...]:
    """Every build: the GPUs it can use here or the reason it cannot run, the preferred first."""
    return offers(engine, facts)


def refuses(engine: EngineRecipe, facts: Facts) -> str | None:
    """Why this machine can have no build at all, before anything is fetched; None where it can."""
    found = builds(engine, facts)
    if any(one.refusal is None for one in found):
        return None
    cpu, host = facts.get(Cpu) or Cpu(), facts.get(Host) or Host()
    near = next((one for one in found if one.refusal and _could_run(one)), None)
    if near is None or near.refusal is None:
        system = f" on {host.system}" if host.system else ""
        return f"There is no build of {engine.name} for {cpu.arch} processors{system}. {NEXT_WAY}"
    way_out = _libraries.way_out(engine.replacements, near.build, facts) or NEXT_WAY
    return f"No build of {engine.name} runs here: {near.refusal.words}. {way_out}"


def _could_run(offer: Offer) -> bool:
    """Whether it computes on the processor and is made for this kind of machine."""
    elsewhere = offer.refusal is not None and offer.refusal.kind == "for-another"
    return offer.build.backend == "cpu" and not elsewhere


def lacks_libraries(engine: EngineRecipe, facts: Facts) -> bool:
    """Whether a build would run here, were it not for libraries that the system lacks."""
    return any(
        _needs.refuses(build, facts) is None and _libraries.missing(build, facts)
        for build in engine.builds
    )


def replacements(engine: EngineRecipe, build: BuildRecipe, facts: Facts) -> tuple[Replacement, ...]:
    """What has to stand in for libraries that the build needs and this system lacks."""
    return _libraries.replacements(engine.replacements, build, facts)


def install(build: BuildRecipe, missing: tuple[Replacement, ...] = ()) -> tuple[Step, ...]:
    """The steps that bring this build, and before it what the system lacks for it."""
    return (*map(_libraries.step, missing), _install(build))


def _install(build: BuildRecipe) -> Step:
    if build.package is None:
        return InstallArchive(build.id, build.backend, build.archives, build.libraries)
    package = build.package
    name, pins = environment(package), _libraries.pins(package)
    size = max(one.bytes for one in package.wheels)
    grows = size + max(one.unpacked_bytes for one in package.wheels)
    return InstallEngine(name, pins, _runner(), build.libraries, size, grows)


def environment(package: Package) -> str:
    """The name of the environment that holds a package."""
    return f"{package.name}-{package.version}"


def _runner() -> str:
    """The program that is copied into the environment."""
    return resources.files(__package__).joinpath("_runner.py").read_text(encoding="utf-8")
