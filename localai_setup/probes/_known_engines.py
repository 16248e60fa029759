"""Engines and applications that localai names where it sees them: by their files or programs."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """`paths` are where its installers put it; `process` matches the name of its program."""

    name: str
    process: re.Pattern[str]
    paths: tuple[str, ...] = ()


def _known(name: str, process: str, *paths: str) -> Known:
    return Known(name, re.compile(process, re.IGNORECASE), paths)


KNOWN = (
    _known(
        "LM Studio",
        r"lm[- ]?studio|lms",
        "~/.lmstudio",
        "~/.cache/lm-studio",
        "/Applications/LM Studio.app",
        "~/AppData/Local/Programs/LM Studio",
    ),
    _known(
        "Jan",
        r"jan",
        "~/.config/Jan",
        "~/.local/share/Jan",
        "/Applications/Jan.app",
        "~/AppData/Roaming/Jan",
        "~/AppData/Local/Programs/jan",
    ),
    _known("llamafile", r".*\.?llamafile(?:-.*)?", "/usr/local/bin/llamafile", "~/.llamafile"),
    _known(
        "GPT4All",
        r"gpt4all|chat-gpt4all",
        "~/gpt4all",
        "~/.local/share/nomic.ai/GPT4All",
        "/Applications/gpt4all",
        "~/AppData/Local/nomic.ai/GPT4All",
    ),
    _known("KoboldCpp", r"koboldcpp.*", "/usr/local/bin/koboldcpp"),
    _known("vLLM", r"vllm(?:::.*)?"),
    _known("Docker Model Runner", r"com\.docker\.llama.*|model-runner", "~/.docker/bin/inference"),
)
