"""No left-over setting hides the NVIDIA card.

Why: CUDA_VISIBLE_DEVICES is set elsewhere (system-wide, or in a second service file), or by a
number whose order differs from the status tool's.
"""

from __future__ import annotations

import re

from ...model.finding import Cleared, Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.gpus import Gpus
from ...probes.logs import Logs
from ...probes.services import Services
from ._settings import SERVICE, drop_in, without

PROBLEM = Problem(
    title="A left-over CUDA_VISIBLE_DEVICES hides the card or picks the wrong one.",
    seen="Everything runs on the processor, or on the same card whatever is configured.",
    why="CUDA_VISIBLE_DEVICES is set elsewhere (system-wide, or in a second service file), or by a number whose order differs from the status tool's.",
    fixes=(
        *without(
            "Take the setting away, so that every card is seen again.",
            "CUDA_VISIBLE_DEVICES",
            "cuda-devices",
        ),
        Fix(
            "Find where else it is set.",
            (
                "systemctl show ollama -p Environment",
                "grep -rs CUDA_VISIBLE_DEVICES /etc/environment /etc/profile.d /etc/systemd/system ~/.bashrc ~/.profile ~/.zshrc",
            ),
            proof="systemctl show ollama -p Environment",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or keep Ollama to one card, named by its UUID (here the first of `nvidia-smi -L`), instead of taking the setting away.",
            drop_in(
                "Environment=CUDA_VISIBLE_DEVICES='$(nvidia-smi --query-gpu=uuid --format=csv,noheader | head -n 1)'",
                "cuda-devices",
            ),
            needs_root=True,
            proof="systemctl show ollama -p Environment",
            where=SERVICE,
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/17832",
        "https://github.com/ollama/ollama/issues/9496",
        "https://github.com/ollama/ollama/issues/9722",
        "https://github.com/ollama/ollama/issues/11618",
    ),
    likelihood=0.5,
    systems=(),
    confused_with=("ollama-mig-filtered-out",),
)

ON_CARD = re.compile(r"inference compute\b.*\blibrary=\"?cuda", re.IGNORECASE)
ON_PROCESSOR = re.compile(r"library=\"?cpu|no compatible GPUs", re.IGNORECASE)

#: A setting that somebody made, or somebody's look at it.
SET = r"CUDA_VISIBLE_DEVICES(?:['\"]\])?\s?[=:]\s?['\"]?(?:-1|\d|GPU-|none|void|NoDevFiles|['\"]|$)|echo \$\{?CUDA_VISIBLE_DEVICES|env:CUDA_VISIBLE_DEVICES"
#: Ollama sets the variable itself for the helper that tries one card after the other.
BY_OLLAMA = r"GGML_CUDA_INIT:1|\bMIG\b|MIG-"

SIGNATURES = (
    Signature(
        r"CUDA_VISIBLE_DEVICES\s*\n\s*-1\s*(?:\n|\Z)",
        ("cuda_visible_devices",),
        certainty=0.88,
        lines=2,
    ),
    Signature(
        r"ggml_(?:cuda_init|init_cublas): (?:no|found 0) CUDA devices",
        ("cuda", "devices"),
        certainty=0.61,
    ),
    Signature(
        r'CUDA_VISIBLE_DEVICES\s*[=:]\s*"?-1\b', ("cuda_visible_devices", "1"), certainty=0.88
    ),
    Signature(r'Environment="?CUDA_VISIBLE_DEVICES="?\s*$', ("environment",), certainty=0.88),
    Signature(
        r"""\bexport CUDA_VISIBLE_DEVICES=(?:""|\'\')?\s*$""",
        ("cuda_visible_devices", "export"),
        certainty=0.85,
    ),
    Signature(
        r'-e CUDA_VISIBLE_DEVICES=(?:""|\s|$)', ("cuda_visible_devices", "e"), certainty=0.82
    ),
    Signature(
        r"user overrode visible devices.{0,20}CUDA_VISIBLE_DEVICES",
        ("overrode", "visible", "user"),
        certainty=0.9,
    ),
    Signature(
        r"conflicting device environment override.{0,40}CUDA_VISIBLE_DEVICES",
        ("conflicting", "environment", "device"),
        certainty=0.9,
    ),
    Signature(
        r"if GPUs are not correctly discovered, unset and try again",
        ("discovered", "correctly", "unset"),
        certainty=0.85,
        unless=(r'(?:HIP|ROCR|GPU_DEVICE|HSA|GGML_VK)\w*="?\w',),
    ),
    Signature(
        r"CUDA_VISIBLE_DEVICES\b[\s\S]{0,400}?(?:no CUDA-capable device is detected|no devices? found|found 0 CUDA|No CUDA GPUs are available)",
        ("cuda_visible_devices",),
        certainty=0.9,
        lines=6,
    ),
    Signature(
        r"filter(?:ing|ed)\b.{0,80}\bCUDA_VISIBLE_DEVICES\b",
        ("cuda_visible_devices",),
        certainty=0.87,
    ),
    Signature(
        r"CUDA_VISIBLE_DEVICES\b.{0,60}(?:filtered|invalid|out of range)",
        ("cuda_visible_devices",),
        certainty=0.87,
    ),
    Signature(
        r'Environment="?CUDA_VISIBLE_DEVICES=[\s\S]{1,600}?Environment="?CUDA_VISIBLE_DEVICES=',
        ("environment",),
        certainty=0.9,
        lines=12,
    ),
    Signature(
        r"CUDA_VISIBLE_DEVICES=\S* .{0,300}CUDA_VISIBLE_DEVICES=",
        ("cuda_visible_devices",),
        certainty=0.8,
    ),
    Signature(r'Environment="?CUDA_VISIBLE_DEVICES=(?:\d|GPU-)', ("environment",), certainty=0.72),
    Signature(
        r"CUDA_VISIBLE_DEVICES[:=](?:\d|GPU-|MIG-)",
        ("cuda_visible_devices",),
        certainty=0.75,
        also=(r'id=cpu library="?cpu|no CUDA-capable device|No CUDA GPUs',),
    ),
    *(
        Signature(
            rf"{message}",
            words,
            certainty=0.88,
            also=(SET,),
            unless=(BY_OLLAMA,),
        )
        for message, words in (
            ("no CUDA-capable device is detected", ("capable", "detected")),
            ("No CUDA GPUs are available", ("cuda", "gpus", "available")),
            ("no compatible GPUs were discovered", ("compatible", "gpus", "discovered")),
            ("failed to initialize CUDA", ("failed", "initialize", "cuda")),
        )
    ),
    Signature(
        r"^\W{0,12}CUDA_VISIBLE_DEVICES=[\"']{0,2}\s*$", ("cuda_visible_devices",), certainty=0.82
    ),
    Signature(
        r"CUDA_VISIBLE_DEVICES\s*[=:]\s*[\"']?(?:none|void|NoDevFiles)\b",
        ("cuda_visible_devices",),
        certainty=0.88,
    ),
    Signature(
        r"CUDA_VISIBLE_DEVICES['\"]\]\s*=\s*['\"](?:-1)?['\"]",
        ("cuda_visible_devices",),
        certainty=0.85,
    ),
    Signature(
        r"\bsetx CUDA_VISIBLE_DEVICES\s+\S", ("setx", "cuda_visible_devices"), certainty=0.85
    ),
    Signature(
        r"\bInvalid\b.{0,30}\bCUDA_VISIBLE_DEVICES\b",
        ("invalid", "cuda_visible_devices"),
        certainty=0.87,
    ),
    # one setting in the service and another in the terminal: the service's counts
    Signature(
        r"Environment=.{0,400}\bCUDA_VISIBLE_DEVICES=[\dG]",
        ("environment", "cuda_visible_devices"),
        certainty=0.88,
        also=(r"(?:\bexport|\bset|\$env:) ?CUDA_VISIBLE_DEVICES ?=",),
    ),
)


def check(services: Services, gpus: Gpus, logs: Logs) -> Symptom | Cleared | None:
    """Settings that hide every card; where the engine names a card, none is hidden."""
    hidden = _hidden(services)
    if hidden:
        return hidden
    served = logs.engine()
    cards = sum(gpu.vendor == "nvidia" for gpu in gpus.gpus)
    given = re.findall(r"CUDA_VISIBLE_DEVICES:(\d[\d,]*)", served)
    beyond = given and cards and all(int(one) >= cards for one in given[-1].split(",") if one)
    if beyond and ON_PROCESSOR.search(served):
        what = f"The engine was told to use card {given[-1]}, and this machine has {cards}, counted from 0."
        return Symptom(what, (Evidence("engine log", f"CUDA_VISIBLE_DEVICES:{given[-1]}"),), 0.95)
    if ON_CARD.search(served) and not ON_PROCESSOR.search(served):
        return Cleared("the engine names a card that it uses")
    return None


def _hidden(services: Services) -> Symptom | None:
    given = list(services.everywhere("CUDA_VISIBLE_DEVICES"))
    service = list(services.settings("CUDA_VISIBLE_DEVICES"))
    for source, value in service:
        if value in ("", "-1"):
            return Symptom(
                f"The service is started with CUDA_VISIBLE_DEVICES={value!r}, which hides every card.",
                (Evidence(source, f"CUDA_VISIBLE_DEVICES={value}"),),
            )
    if service and len({value for _, value in given}) > 1:
        return Symptom(
            "CUDA_VISIBLE_DEVICES is set more than once, to different values; only one of them counts.",
            tuple(Evidence(source, f"CUDA_VISIBLE_DEVICES={value}") for source, value in given),
        )
    return None
