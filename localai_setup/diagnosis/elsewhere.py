"""Whether a page is about another system or engine than the ones that a text names."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.known import KnownProblem
from .surroundings import Surroundings

#: how the ids of pages begin that are about one engine alone → the engines whose texts may show them
ENGINES: Mapping[str, frozenset[str]] = {
    "ollama-": frozenset(["ollama"]),
    "lmstudio-": frozenset(["lm-studio"]),
    "jan-": frozenset(["jan"]),
    "docker-model-runner-": frozenset(["docker-model-runner"]),
    "vllm-": frozenset(["vllm", "docker-model-runner", "unsloth"]),
    "sglang-": frozenset(["sglang"]),
    "koboldcpp-": frozenset(["koboldcpp"]),
    "mlx-": frozenset(["mlx", "lm-studio", "ollama", "omlx", "vmlx", "osaurus", "exo"]),
    "unsloth-": frozenset(["unsloth"]),
    "llama-router-": frozenset(["llama.cpp"]),
    "gpt4all-": frozenset(["gpt4all"]),
    "mudler-": frozenset(["localai"]),
    "codex-": frozenset(["ollama", "lm-studio"]),
}
#: how ids begin → the systems that alone have such a thing, where the page itself names none
SYSTEMS: Mapping[str, str] = {"windows-": "windows", "apple-": "macos", "macos-": "macos"}


def is_elsewhere(known: KnownProblem, around: Surroundings) -> bool:
    """False where the text leaves it open: then the page may be about it."""
    return (
        _of_another_system(known, around)
        or _of_another_engine(known.id, around.engines)
        or (known.id.startswith("wsl-") and _has_no_wsl(around))
    )


def _of_another_system(known: KnownProblem, around: Surroundings) -> bool:
    """Whoever is inside of WSL may have a trouble of the Windows around it."""
    by_name = tuple(one for start, one in SYSTEMS.items() if known.id.startswith(start))
    systems = known.problem.systems or by_name
    mine = {around.system, "windows"} if around.wsl else {around.system}
    return bool(around.system and systems) and mine.isdisjoint(systems)


def _of_another_engine(name: str, engines: frozenset[str]) -> bool:
    of_one = next((of for start, of in ENGINES.items() if name.startswith(start)), None)
    return bool(engines) and of_one is not None and engines.isdisjoint(of_one)


def _has_no_wsl(around: Surroundings) -> bool:
    return around.wsl is False or around.system == "macos"
