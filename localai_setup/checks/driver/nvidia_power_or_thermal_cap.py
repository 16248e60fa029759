"""The NVIDIA card keeps its clock: neither heat nor a power limit holds it down.

Why: a card that is too warm, or at its power limit, lowers its clock, and words come slower.
"""

from __future__ import annotations

import re

from ...model.finding import Cleared, Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.logs import TOGETHER, Logs
from ._fixes import LINUX

PROBLEM = Problem(
    title="The NVIDIA card slows itself down because of heat or a power limit.",
    seen="The whole model is on the card, but it is slower than this card should be.",
    why="The card has reached its power limit or is too warm, so it lowers its clock.",
    fixes=(
        Fix(
            "See which limit is at work while an answer is written.",
            ("nvidia-smi -q -d POWER,TEMPERATURE,PERFORMANCE",),
            proof="nvidia-smi -q -d PERFORMANCE",
        ),
        Fix(
            "Free the fans and the flow of air; on a laptop use the maker's own charger and the performance profile.",
            proof="nvidia-smi -q -d PERFORMANCE",
        ),
        Fix(
            "If the limit in force is below the default, set the default again (here of the first card, 0).",
            (
                "sudo nvidia-smi -i 0 -pl $(nvidia-smi -i 0 --query-gpu=power.default_limit --format=csv,noheader,nounits)",
            ),
            needs_root=True,
            proof="nvidia-smi -q -d POWER",
            where=Where(systems=LINUX, wsl=False, container=False),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/6163",
        "https://github.com/ollama/ollama/issues/13552",
        "https://github.com/rammsguns/llm-rig/issues/100",
        "https://github.com/ollama/ollama/issues/12782",
    ),
    status="warn",
    likelihood=0.4,
    confused_with=("nvidia-vgpu-unlicensed",),
)
#: A limit in force and the card's own one, where their first digits tell which is lower.
LOWER_THAN_DEFAULT = "|".join(
    rf"{one}\d\d\.\d+ W(?:\n[^\n]*){{0,2}}\n\s*Default Power Limit\s*:\s*{other}\d\d\."
    for one, other in (
        ("", "[1-9]"),
        ("1", "[2-9]"),
        ("2", "[3-9]"),
        ("3", "[4-9]"),
        ("4", "[5-9]"),
    )
)

SIGNATURES = (
    Signature(
        r"(?:HW|SW) Thermal Slowdown\s*: Active", ("thermal", "slowdown", "active"), certainty=0.95
    ),
    Signature(
        r"HW (?:Power Brake )?Slowdown\s*: Active", ("hw", "slowdown", "active"), certainty=0.94
    ),
    Signature(r"SW Power Cap\s*: Active", ("sw", "power", "cap", "active"), certainty=0.9),
    Signature(
        r"clocks_(?:event|throttle)_reason_(?:sw_power_cap|hw_slowdown|(?:hw|sw)_thermal_slowdown|hw_power_brake_slowdown)>Active<",
        ("active",),
        certainty=0.92,
    ),
    *(
        Signature(rf"\b(?:8[7-9]|9\d|10\d)C\s+{state}\s", (state.lower(),), certainty=0.8)
        for state in ("P0", "P1", "P2", "P3")
    ),
    Signature(
        r"(?:SW|HW) Thermal Slowdown\s*: [1-9]\d{5,} us",
        ("thermal", "slowdown", "us"),
        certainty=0.75,
    ),
    Signature(r"thermal(?:ly)? throttl", ("throttl",), certainty=0.75),
    Signature(
        r"clocks_(?:throttle|event)_reasons\.active[^\n]*\n[^\n]*0x[0-9a-f]{14}(?:[2-9a-f][0-9a-f]|[0-9a-f][4-9a-f])\b",
        ("active",),
        certainty=0.86,
        lines=2,
    ),
    Signature(
        r"clocks_(?:throttle|event)_reasons\.(?:sw_power_cap|[hs]w_\w{0,8}_?slowdown|hw_power_brake_slowdown)[^\n]*\n(?:[^\n]*, ?)?Active\b",
        ("active",),
        certainty=0.85,
        lines=2,
        unless=(r"reasons\.(?:gpu_idle|active)",),
    ),
    Signature(
        r"Power limit for GPU \S+ was set to",
        ("power", "limit", "for", "gpu", "was", "set", "to"),
        certainty=0.75,
    ),
    Signature(
        rf"\bPower Limit\s*:\s*(?:{LOWER_THAN_DEFAULT})",
        ("power", "limit", "default"),
        certainty=0.84,
        lines=4,
    ),
    Signature(
        r"GPU Current Temp\s*: (?:9\d|1\d\d) C\b", ("gpu", "current", "temp", "c"), certainty=0.8
    ),
    Signature(
        r"clocks (?:event|throttling) due to (?:a )?(?:thermal|power)(?: brake)?[ -](?:violation|slowdown|cap)",
        ("clocks", "due", "to"),
        certainty=0.93,
    ),
)
#: A limit in force below this share of the default is one that somebody has set.
LOWERED = 0.95
SLOWED = re.compile(r"(?:Slowdown|Thermal\w*)\s*: Active|Current Temp\s*: (?:9\d|1\d\d) C")


def check(logs: Logs) -> Symptom | Cleared | None:
    """A lowered limit; a card that works at the limit it came with, and is not warm, is well."""
    for key, text in logs.texts.items():
        if key == TOGETHER or not key.startswith("command:nvidia-smi"):
            continue
        default = _watts("Default", text)
        in_force = _watts("Enforced", text) or _watts("Current", text)
        if default and in_force and in_force < LOWERED * default:
            return Symptom(
                f"The card may draw {in_force:g} W; its default is {default:g} W.",
                (Evidence(key, f"Enforced Power Limit: {in_force:g} W"),),
                certainty=0.85,
            )
        if default and in_force == default and not SLOWED.search(text):
            return Cleared("the card works at the power it was made for")
    return None


def _watts(kind: str, text: str) -> float | None:
    found = re.search(rf"{kind} Power Limit\s*:\s*([\d.]+) W", text)
    return float(found[1]) if found else None
