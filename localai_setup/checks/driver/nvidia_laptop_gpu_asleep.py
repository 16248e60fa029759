"""The laptop's NVIDIA card wakes up when an engine asks for it.

Why: to save power the card sleeps, or a switch keeps it off; the first request waits for it, and a
card that does not wake up is invisible.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import Drivers
from ...probes.logs import Logs
from ._fixes import LINUX, LOSES, RESTART, module_option

PROBLEM = Problem(
    title="The laptop's NVIDIA card is asleep to save power.",
    seen="The first request after a pause blocks, or the card is invisible to the engine.",
    why="Power saving, or a mode for the built-in graphics alone, keeps the card switched off.",
    fixes=(
        Fix(
            "Wake the card before the engine starts.",
            ("nvidia-smi",),
            proof="nvidia-smi",
            where=Where(systems=LINUX, container=False),
        ),
        Fix(
            "Choose hybrid mode and restart (Ubuntu and its relatives).",
            ("sudo prime-select on-demand", RESTART),
            needs_root=True,
            reboot=True,
            loses=LOSES,
            proof="nvidia-smi",
            where=Where(systems=LINUX, families=("debian",), container=False),
        ),
        *module_option(
            "If it does not wake up, switch this power saving off and restart (the battery lasts less).",
            "options nvidia NVreg_DynamicPowerManagement=0x00",
            "nvidia-power.conf",
            proof="nvidia-smi",
        ),
    ),
    sources=(
        "https://github.com/UshakovVasilii/gnome-shell-extension-freon/issues/250",
        "https://github.com/Askannz/optimus-manager/issues/313",
        "https://github.com/Askannz/optimus-manager/issues/571",
        "https://github.com/canonical/nvidia-prime/issues/18",
        "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/905",
    ),
    status="warn",
    likelihood=0.35,
    systems=LINUX,
    confused_with=("nvidia-laptop-gpu-switched-off",),
)
NVIDIA_WORDS = (r"nvidia|NVRM|10de|0[1-9]:00\.0",)

SIGNATURES = (
    Signature(
        r"(?:Unable to|can't) change power state from D3(?:cold|hot) to D0",
        ("change", "power", "state", "d0"),
        certainty=0.94,
        also=NVIDIA_WORDS,
    ),
    Signature(
        r"Refused to change power state, currently in D3",
        ("refused", "power", "state"),
        certainty=0.88,
        also=NVIDIA_WORDS,
    ),
    Signature(
        r"NVIDIA .*\(rev ff\)",
        ("nvidia", "rev", "ff"),
        certainty=0.92,
        unless=(r"determine the device handle|fallen off the bus|GPU is lost|Xid \(",),
    ),
    Signature(
        r"!!! Unknown header type 7f",
        ("unknown", "header", "7f"),
        certainty=0.85,
        also=NVIDIA_WORDS,
    ),
    Signature(
        r"(?:^|bbswitch.{0,60})0000:[0-9a-f]{2}:00\.0 OFF\s*$", ("off", "0000"), certainty=0.92
    ),
    Signature(
        r"bbswitch: disabling discrete graphics|Discrete card \S+ is off",
        ("discrete",),
        certainty=0.88,
    ),
    Signature(
        r"Cannot access secondary GPU", ("access", "cannot", "gpu", "secondary"), certainty=0.93
    ),
    Signature(r"Could not enable discrete graphics card", ("enable", "discrete"), certainty=0.93),
    Signature(r"Video Memory:\s+Off\b", ("video", "memory", "off"), certainty=0.88),
    Signature(
        r"runtime_status\S{0,20}\s{1,20}suspended", ("runtime_status", "suspended"), certainty=0.88
    ),
    Signature(
        r"runtime_status[\s\S]{0,40}?\n\s*suspended\b",
        ("runtime_status", "suspended"),
        certainty=0.86,
        lines=2,
    ),
    Signature(
        r"power_state[\s\S]{0,40}?D3cold|^\s*D3cold\s*$", ("d3cold",), certainty=0.85, lines=2
    ),
    Signature(
        r"(?:current )?(?:GPU )?mode(?: \w+)?\s*: (?:integrated|intel)\b",
        ("mode",),
        certainty=0.8,
        also=(r"optimus|nvidia",),
    ),
    Signature(
        r"nvidia.{0,60}(?:asleep|sleeping|powered (?:off|down)|is off\b)",
        ("nvidia",),
        certainty=0.7,
    ),
    Signature(
        r"(?:^|[\s'\"`$])optirun\s+\S",
        ("optirun",),
        certainty=0.93,
        also=(r"cuInit|CUDA|no (?:usable )?GPU",),
        unless=(r"optirun.{0,80}(?:not found|ERROR)",),
    ),
)


def check(drivers: Drivers, logs: Logs) -> Symptom | None:
    """Sleep alone is what a laptop should do; it matters where the engine then found no card."""
    alone = re.search(r"(?m)^.*inference compute.*library=\"?cpu.*$", logs.engine(), re.IGNORECASE)
    if not drivers.asleep or not alone:
        return None
    return Symptom(
        "The NVIDIA card slept when the engine looked for it, and the engine took the processor.",
        (Evidence(drivers.asleep, "suspended"), Evidence("log", alone[0].strip()[:300])),
        certainty=0.85,
    )
