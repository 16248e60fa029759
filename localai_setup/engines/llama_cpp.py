"""llama.cpp: a wheel in an environment of its own, or the project's release archives."""

from __future__ import annotations

from importlib import resources

from ..model.engine import BuildRecipe, EngineRecipe, Package
from ..model.facts import Facts
from ..model.plan import Step
from ..probes.cpu import Cpu
from ..probes.host import Host
from ..steps.install_archive import InstallArchive
from ..steps.install_engine import InstallEngine
from ._offers import Offer, offers

NAME = "llama.cpp"
NEXT_WAY = "Install Ollama (ollama.com) or llama.cpp for this system and give `--engine`."


def builds(engine: EngineRecipe, facts: Facts) -> tuple[Offer, ...]:
    """Every build: the GPUs it can use here or the reason it cannot run, the preferred first."""
    return offers(engine, facts)


def refuses(engine: EngineRecipe, facts: Facts) -> str | None:
    """Why this machine can have no build at all, before anything is fetched; None where it can."""
    found = builds(engine, facts)
    if any(one.reason is None for one in found):
        return None
    cpu, host = facts.get(Cpu) or Cpu(), facts.get(Host) or Host()
    near = [one for one in found if one.build.backend == "cpu" and not _is_elsewhere(one)]
    if not near:
        system = f" on {host.system}" if host.system else ""
        return f"There is no build of {engine.name} for {cpu.arch} processors{system}. {NEXT_WAY}"
    return f"No build of {engine.name} runs here: {near[0].reason}. {NEXT_WAY}"


def _is_elsewhere(offer: Offer) -> bool:
    return (offer.reason or "").startswith("it is for")


def install(build: BuildRecipe) -> Step:
    """The step that brings this build."""
    if build.package:
        package = build.package
        return InstallEngine(environment(package), _requirements(package), _runner())
    return InstallArchive(build.id, build.backend, build.archives)


def environment(package: Package) -> str:
    """The name of the environment that holds a package."""
    return f"{package.name}-{package.version}"


def _requirements(package: Package) -> str:
    """The pins for pip: one version, the hashes of its wheels."""
    hashes = " ".join(f"--hash=sha256:{wheel.sha256}" for wheel in package.wheels)
    return f"{package.name}=={package.version} {hashes}\n"


def _runner() -> str:
    """The program that is copied into the environment."""
    return resources.files(__package__).joinpath("_runner.py").read_text(encoding="utf-8")
