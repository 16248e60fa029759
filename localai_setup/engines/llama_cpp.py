"""llama.cpp: a wheel in an environment of its own, or the project's release archives."""

from __future__ import annotations

from importlib import resources

from ..model.engine import BuildRecipe, EngineRecipe, Package
from ..model.facts import Facts
from ..model.plan import Step
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
    nearest = next((one for one in found if one.build.backend == "cpu" and _is_near(one)), found[0])
    return f"No build of {engine.name} runs here ({nearest.build.id}: {nearest.reason}). {NEXT_WAY}"


def _is_near(offer: Offer) -> bool:
    return not (offer.reason or "").startswith("it is for")


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
