"""Which engine a fix is for, told by its commands or by how its text begins."""

from __future__ import annotations

import re
from dataclasses import replace

from ..model.finding import Fix

#: what a page names where a command has one engine as an example, and the step is for all of them
ANY = "any"
#: what a page names for the engines that have no step of their own on it, and where none is named
OTHER = "other"
#: what programs in Python run on, so that a text of theirs names it as well
BELOW = "pytorch"
#: apps that run on Macs with Apple's chips alone
FOR_MACS = frozenset(["omlx", "vmlx", "osaurus"])
#: engine → what a person calls it
CALLED = {
    "ollama": "Ollama", "lm-studio": "LM Studio", "jan": "Jan", "koboldcpp": "KoboldCpp",
    "docker-model-runner": "Docker Model Runner", "lemonade": "Lemonade", "gpt4all": "GPT4All",
    "vllm": "vLLM", "sglang": "SGLang", "mlx": "MLX", "pytorch": "PyTorch", "unsloth": "Unsloth",
    "comfyui": "ComfyUI", "omlx": "oMLX", "vmlx": "vMLX", "osaurus": "Osaurus", "msty": "Msty",
    "open-webui": "Open WebUI", "anythingllm": "AnythingLLM", "ramalama": "RamaLama",
    "localai": "LocalAI", "tabbyapi": "TabbyAPI", "axolotl": "Axolotl", "invokeai": "InvokeAI",
    "stable-diffusion-webui": "Stable Diffusion WebUI",
}  # fmt: skip
#: engine → what commands for it have
COMMANDS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "ollama": r"(?<!ollama/)\bollama\b(?!\.com/download)|\bOLLAMA_\w|\bOllama\.Ollama\b",
        "lm-studio": r"\blms (?:load|unload|server|ps|get|runtime|ls)\b|\.lmstudio\b|ElementLabs",
        "vllm": r"\bvllm (?:serve|bench)\b|\bvllm/vllm-openai\b|pip install \S*vllm\b|VLLM_\w",
        "sglang": r"\bsglang\b|\blmsysorg/sglang\b",
        "llama.cpp": r"\bllama-(?:server|cli|bench)\b|\bllama\.cpp\b|\bLLAMA_ARG_\w|\bggml\.llamacpp\b",
        "llama-cpp-python": r"\bllama[-_]cpp[-_]python\b",
        "docker-model-runner": r"\bdocker (?:model|desktop enable model)\b",
        "mlx": r"\bmlx[-_](?:lm|vlm)\b",
        "koboldcpp": r"\bkoboldcpp\b",
        "lemonade": r"\blemonade\b|\bflm\b",
    }.items()
}
_NAMES = {
    "ollama": "Ollama", "lm-studio": "LM Studio", "vllm": "vLLM", "sglang": "SGLang",
    "llama.cpp": r"llama\.cpp|llama-server", "jan": "Jan", "koboldcpp": "KoboldCpp", "mlx": "MLX",
    "docker-model-runner": "Docker Model Runner", "lemonade": "Lemonade", "gpt4all": "GPT4All",
    "omlx": "oMLX", "msty": "Msty",
}  # fmt: skip
#: engine → how the text of a fix begins that is for it alone: "For vLLM …", "In LM Studio …", "Jan: …"
BEGINNINGS: dict[str, re.Pattern[str]] = {
    name: re.compile(rf"(?:For|In|With) (?:{words})\b|(?:{words})(?:'s \w+)?:")
    for name, words in _NAMES.items()
}


def with_engines(fix: Fix) -> Fix:
    """The fix with the engines that it is for, where the page does not name them itself."""
    if fix.where.engines:
        named = () if ANY in fix.where.engines else fix.where.engines
        return replace(fix, where=replace(fix.where, engines=named))
    found = [name for name, pattern in BEGINNINGS.items() if pattern.match(fix.text)]
    found = found or [
        name
        for name, pattern in COMMANDS.items()
        if any(pattern.search(command) for command in fix.commands)
    ]
    return replace(fix, where=replace(fix.where, engines=tuple(found)))


#: how the ids of pages begin that are about one app → that app
_PAGES_OF = {
    "jan-": "jan", "lmstudio-": "lm-studio", "koboldcpp-": "koboldcpp", "ollama-": "ollama",
    "docker-model-runner-": "docker-model-runner",
}  # fmt: skip
#: what such an app has inside, so that a text with these names alone may be of the app
_INSIDE = frozenset(["llama.cpp", "llama-cpp-python", "mlx", "pytorch"])


def with_app(engines: frozenset[str], page: str) -> frozenset[str]:
    """The engines of a text, or the app that the page is about where the text names only what is inside it."""
    app = next((one for start, one in _PAGES_OF.items() if page.startswith(start)), None)
    return frozenset([app]) if app and engines <= _INSIDE else engines
