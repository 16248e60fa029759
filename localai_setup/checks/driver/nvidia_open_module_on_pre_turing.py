"""The NVIDIA module's flavour fits the card.

Why: the open module needs a processor (GSP) inside the card, which cards before the GTX 16 and RTX
20 series lack.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import NVIDIA, Drivers
from ._fixes import INSTALL_NVIDIA_580, LINUX, by_family, on_host

PROBLEM = Problem(
    title="This older NVIDIA card got the open kernel module, which cannot drive it.",
    seen="The driver loads but no card appears.",
    why="The open module needs a processor inside the card that cards before the GTX 16 and RTX 20 series lack.",
    fixes=(
        *by_family(
            "Install the closed flavour of the driver (branch 580 is the last one for these cards; on Arch from the AUR, here with yay), and restart.",
            INSTALL_NVIDIA_580,
            proof="modinfo -F license nvidia",
        ),
        Fix(
            "With negativo17's packages change the flavour, build the module again and restart.",
            (
                "sudo sed -i -e 's/kernel-open$/kernel/g' /etc/nvidia/kernel.conf",
                "sudo akmods --rebuild",
                "sudo reboot",
            ),
            needs_root=True,
            reboot=True,
            loses="Unsaved work in open programs is lost.",
            proof="modinfo -F license nvidia",
            where=Where(systems=LINUX, families=("rhel",), container=False),
        ),
        on_host("nvidia-smi"),
    ),
    sources=("https://github.com/negativo17/nvidia-driver/issues/158",),
    likelihood=0.45,
    systems=LINUX,
    confused_with=("nvidia-gpu-dropped-by-driver", "nvidia-proprietary-module-on-blackwell"),
)

SIGNATURES = (
    Signature(r"is not supported by open\b", ("not", "supported", "open"), certainty=0.97),
    Signature(r"does not include the required GPU", ("include", "required", "gpu"), certainty=0.97),
    Signature(
        r"vGPU host system is not supported by", ("vgpu", "host", "supported"), certainty=0.85
    ),
    Signature(
        r"Open Kernel Module",
        ("kernel", "module", "open"),
        certainty=0.85,
        also=(
            r"GTX (?:9[5-8]0|10[1-8]0)|\bGT 10[13]0|Tesla [PMV]\d+|Quadro [PM]\d+|TITAN (?:X|V)|\[GeForce (?:9|10)\d\d|10de:1[3-9a-d]",
            r"no devices were found|None of the NVIDIA|failed with error -1|couldn.t communicate",
            r"nvidia",
        ),
    ),
    Signature(
        r"Dual MIT/GPL",
        ("dual", "gpl", "mit"),
        certainty=0.85,
        also=(
            r"GTX (?:9[5-8]0|10[1-8]0)|\bGT 10[13]0|Tesla [PMV]\d+|Quadro [PM]\d+|TITAN (?:X|V)|\[GeForce (?:9|10)\d\d|10de:1[3-9a-d]",
            r"no devices were found|None of the NVIDIA|failed with error -1|couldn.t communicate",
            r"nvidia",
        ),
    ),
)
#: PCI numbers of NVIDIA's from here on are Turing or newer.
FIRST_TURING = 0x1E00


def check(drivers: Drivers) -> Symptom | None:
    old = [card for card in drivers.of(NVIDIA) if 0 < (card.device or 0) < FIRST_TURING]
    licence = (drivers.nvidia_module or {}).get("license", "")
    if not old or "GPL" not in licence:
        return None
    return Symptom(
        f"{old[0].label} needs NVIDIA's closed kernel module; the open one is installed.",
        (Evidence("command:modinfo nvidia", f"license: {licence}"),),
        certainty=0.96,
    )
