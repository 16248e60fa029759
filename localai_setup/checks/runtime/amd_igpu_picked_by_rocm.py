"""ROCm works on the separate AMD card alone.

Why: ROCm also lists the graphics unit inside the processor, which has very little memory of its
own and an unsupported chip.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.gpus import Gpus
from ...probes.logs import Logs
from ...probes.services import Services
from ..engine._settings import settings

#: graphics units inside AMD processors, as ROCm names them
INSIDE = (
    r"gfx(?:902|909|90c|1013|1033|1035|1036|1037|1103)\b"
    r"|Cezanne|Renoir|Lucienne|Barcelo|Picasso|Raven|Rembrandt|Raphael|Granite Ridge|Phoenix"
    r"|\b(?:610|660|680|740|760|780|820|840|860|880|890)M\b"
)


PROBLEM = Problem(
    title="The engine also tries to use the small graphics unit inside the AMD processor.",
    seen="Ryzen with built-in graphics beside a Radeon card: the engine dies when a model loads, or counts the wrong device.",
    why="ROCm also lists the built-in graphics, which has very little memory of its own and an unsupported chip.",
    fixes=(
        *settings(
            "Hide the built-in graphics (0 is usually the separate card; `rocminfo` lists them in order: if it is the wrong one, write 1).",
            {"ROCR_VISIBLE_DEVICES": "0"},
            "amd-devices",
            systems=("linux",),
        ),
        *settings(
            "Hide the built-in graphics (0 is usually the separate card; if it is the wrong one, write 1).",
            {"HIP_VISIBLE_DEVICES": "0"},
            "amd-devices",
            systems=("windows",),
        ),
        Fix(
            "For another program that you start yourself, hide it in that terminal.",
            ("ROCR_VISIBLE_DEVICES=0 llama-server --list-devices",),
            proof="ROCR_VISIBLE_DEVICES=0 llama-server --list-devices",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or switch the built-in graphics off in the firmware setup; plug the screen into the card first.",
            reboot=True,
            proof="ollama ps",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/2054",
        "https://github.com/ollama/ollama/pull/2195",
        "https://github.com/ollama/ollama/issues/2869",
        "https://github.com/ollama/ollama/issues/2411",
        "https://github.com/ollama/ollama/issues/8473",
    ),
    likelihood=0.5,
    confused_with=("amd-gfx-unsupported",),
)

CRASH = (
    r"signal: (?:aborted|segmentation)|segmentation fault|core dumped|invalid device function"
    r"|kernel image is invalid|rocBLAS error|exit status 0xc0000|SIGABRT|SIGSEGV|segfault"
)

SIGNATURES = (
    # whatever it died of: it happened on the unit inside the processor
    Signature(
        rf"Device (?P<number>\d): [^\n]{{0,80}}(?:{INSIDE})[\s\S]{{0,1500}}?current device: (?P=number)\b",
        ("device", "current"),
        certainty=0.965,
        lines=15,
        also=(r"found [2-9] ROCm devices|Device 1: (?:AMD|Radeon)",),
    ),
    Signature(r"\[\d+\] ROCm integrated GPU(?! detected)", ("rocm", "integrated"), certainty=0.95),
    Signature(
        r"\[\d+\] ROCm totalMem (?:536870912|\d{8})\b",
        ("rocm", "totalmem"),
        certainty=0.9,
        also=(r"discovered [2-9] ROCm GPU Devices|\[0\] ROCm",),
    ),
    Signature(
        rf"found [2-9] ROCm devices[\s\S]{{0,400}}?Device \d+: [^\n]{{0,80}}(?:{INSIDE})",
        ("found", "rocm", "devices"),
        certainty=0.96,
        lines=4,
        also=(CRASH,),
    ),
    Signature(
        r"detected amdgpu versions \[[^\]]{0,200}\bgfx(?:90c|1035|1036|1037|1103)\b[^\]]{0,200}\]",
        ("detected", "amdgpu", "versions"),
        certainty=0.9,
        also=(r"detected amdgpu versions \[\S+ \S+", CRASH),
    ),
    Signature(
        r"for GPU arch\s?:\s?gfx(?:1036|1037)\b",
        ("arch",),
        certainty=0.93,
        unless=(r"found 1 ROCm device",),
    ),
    *(
        Signature(
            rf"\b{word}\b.{{0,80}}(?:also|too|first|instead).{{0,60}}(?:ROCm|HIP|dGPU|discrete)",
            (word,),
            certainty=0.8,
            also=(r"segfault|crash|core dumped",),
        )
        for word in ("igpu", "integrated", "onboard")
    ),
)


def check(gpus: Gpus, services: Services, logs: Logs) -> Symptom | None:
    amd = [gpu for gpu in gpus.gpus if gpu.vendor == "amd"]
    inside = next((gpu for gpu in amd if gpu.integrated), None)
    if inside is None or not any(gpu.integrated is False for gpu in amd):
        return None
    if any(_chosen(services, name) for name in ("ROCR", "HIP")):
        return None
    death = re.search(rf"[^\n]*(?:{CRASH})[^\n]*", logs.engine())
    if not death:
        return None
    what = f"The engine died while {inside.name or 'the built-in graphics'} was offered to it too."
    return Symptom(what, (Evidence("engine log", death[0].strip()[:300]),), 0.85)


def _chosen(services: Services, maker: str) -> bool:
    return any(value for _, value in services.everywhere(f"{maker}_VISIBLE_DEVICES"))
