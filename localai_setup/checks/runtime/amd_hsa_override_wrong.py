"""No left-over setting makes ROCm treat the AMD card as a different model.

Why: HSA_OVERRIDE_GFX_VERSION forces code for another chip on a card that has its own.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.gpus import Gpus
from ...probes.logs import Logs
from ...probes.services import Services
from ..engine._settings import without

NAME = "HSA_OVERRIDE_GFX_VERSION"
#: chips for which ROCm's own libraries have kernels (AMD's compatibility matrix, ROCm 6.4 and 7)
NATIVE = frozenset(
    {"gfx908", "gfx90a", "gfx942", "gfx950", "gfx1030", "gfx1100", "gfx1101", "gfx1102",
     "gfx1150", "gfx1151", "gfx1200", "gfx1201"}
)  # fmt: skip


PROBLEM = Problem(
    title="A left-over setting makes ROCm treat the AMD card as a different model.",
    seen="An engine made for this card refuses it, or its runner dies; without the setting it works.",
    why="HSA_OVERRIDE_GFX_VERSION forces code for another chip on a card that has its own.",
    fixes=(
        *without(
            "Take the variable away (Windows does not use it at all).",
            NAME,
            "amd",
            systems=("linux", "windows"),
        ),
        Fix(
            "Start the container again without `-e HSA_OVERRIDE_GFX_VERSION=…`; this shows whether it has it (here it is named ollama).",
            (f"docker inspect ollama --format '{{{{.Config.Env}}}}' | tr ' ' '\\n' | grep {NAME}",),
            proof="docker logs ollama",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "Find where else it is set.",
            (
                f"grep -rs {NAME} /etc/environment /etc/profile.d /etc/systemd/system ~/.bashrc ~/.profile",
            ),
            proof=f"printenv {NAME} || echo not set",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/likelovewant/ollama-for-amd/issues/67",
        "https://github.com/likelovewant/ollama-for-amd/issues/36",
        "https://github.com/ollama/ollama/issues/8473",
    ),
    likelihood=0.4,
    confused_with=("amd-gfx-unsupported", "amd-kernels-do-not-fit-gpu"),
)

CRASH = (
    r"supported types:\s?\[\]|forcibly closed by the remote host|runner (?:process )?(?:has )?terminated"
    r"|signal: (?:aborted|segmentation)|exit status 0xc0000|invalid device function"
    r"|no ROCm-capable device|Memory access fault by GPU|kernel image is invalid"
)

SIGNATURES = (
    Signature(
        r"amdgpu is not supported \(supported types:\s?\[\]\)",
        ("amdgpu", "not", "supported"),
        certainty=0.95,
    ),
    Signature(
        r"skipping rocm gfx compatibility check.{0,60}HSA_OVERRIDE_GFX_VERSION\S*",
        ("skipping", "compatibility", "hsa_override_gfx_version"),
        certainty=0.955,
        also=(CRASH,),
    ),
    Signature(
        r"HSA_OVERRIDE_GFX_VERSION[=:]\s?[\"']?\d+\.\d+\.\d+",
        ("hsa_override_gfx_version",),
        certainty=0.9,
        also=(CRASH,),
    ),
    Signature(
        r"(?:remov|unset|delet|without).{0,44}HSA_OVERRIDE_GFX_VERSION",
        ("hsa_override_gfx_version",),
        certainty=0.9,
    ),
    Signature(
        r"HSA_OVERRIDE_GFX_VERSION=\d+\.\d+\.\d+",
        ("hsa_override_gfx_version",),
        certainty=0.82,
        also=(r"\b(?:removing|removed|unset(?:ting)?|without it|commented out)\b",),
    ),
)


def check(services: Services, gpus: Gpus, logs: Logs) -> Symptom | None:
    source, value = next(services.everywhere(NAME), ("", ""))
    if not value:
        return None
    chips = [gpu.gfx for gpu in gpus.gpus if gpu.vendor == "amd" and gpu.gfx]
    evidence = (Evidence(source, f"{NAME}={value}"),)
    if chips:
        wrong = [chip for chip in chips if _forces_another(value, chip)]
        if not wrong or len(wrong) < len(chips):
            return None
        return Symptom(f"{NAME} is {value}, but this card is a {wrong[0]}.", evidence, 0.92)
    if "skipping rocm gfx compatibility check" not in logs.engine():
        return None
    return Symptom(
        f"{NAME} is {value}, and the engine uses it without knowing the card.",
        evidence,
        0.8,
        "warn",
    )


def _forces_another(value: str, chip: str) -> bool:
    """Whether the setting names another generation, or replaces a chip that has its own code."""
    told = re.match(r"[\"']?(\d+)\.(\d+)\.(\d+)", value)
    own = re.match(r"gfx(\d+)([0-9a-f])([0-9a-f])$", chip)
    if not told or not own:
        return False
    if told[1] != own[1]:
        return True
    return chip in NATIVE and (int(told[2]), int(told[3])) != (int(own[2], 16), int(own[3], 16))
