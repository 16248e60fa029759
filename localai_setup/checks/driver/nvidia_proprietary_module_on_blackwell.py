"""A new NVIDIA card has the open flavour of the kernel driver.

Why: from the RTX 50 series on NVIDIA's closed kernel modules start no card; only the open ones do.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import NVIDIA, Drivers
from ._fixes import INSTALL_NVIDIA_OPEN, LINUX, by_family, on_host

PROBLEM = Problem(
    title="This new NVIDIA card (RTX 50 series) got the closed kernel module, which cannot start it.",
    seen="The driver is loaded, yet `nvidia-smi` finds no device.",
    why="Blackwell cards work only with NVIDIA's open kernel modules; the closed flavour is installed.",
    fixes=(
        *by_family(
            "Install the open flavour of the driver and restart.",
            INSTALL_NVIDIA_OPEN,
            proof="modinfo -F license nvidia",
        ),
        Fix(
            "Debian 12 and 13 only have drivers older than 570, which know no Blackwell card: take NVIDIA's own repository for Debian, and restart.",
            (
                "wget https://developer.download.nvidia.com/compute/cuda/repos/debian$(. /etc/os-release; echo $VERSION_ID)/x86_64/cuda-keyring_1.1-1_all.deb",
                "sudo dpkg -i cuda-keyring_1.1-1_all.deb",
                "sudo apt update",
                "sudo apt install nvidia-open",
                "sudo reboot",
            ),
            needs_root=True,
            reboot=True,
            loses="Unsaved work in open programs is lost.",
            proof="modinfo -F license nvidia",
            where=Where(systems=LINUX, families=("debian",), wsl=False, container=False),
        ),
        Fix(
            "Afterwards the module's licence must read Dual MIT/GPL.",
            ("modinfo -F license nvidia",),
            proof="modinfo -F license nvidia",
            where=Where(systems=LINUX, container=False),
        ),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/getsolus/packages/issues/5575",
        "https://github.com/endeavouros-team/PKGBUILDS/issues/351",
        "https://github.com/getsolus/packages/pull/7283",
    ),
    likelihood=0.55,
    systems=LINUX,
    confused_with=(
        "nvidia-bar-not-mapped",
        "nvidia-gsp-firmware-not-starting",
        "nvidia-open-module-on-pre-turing",
    ),
)
NEW_CARDS = r"RTX (?:PRO )?50[5-9]0|RTX PRO [2-6]\d00|Blackwell|GB20\d|10de:2[9-f]|\bB[23]00\b"

SIGNATURES = (
    Signature(
        r"requires (?:use of )?(?:the )?(?:NVIDIA )?open (?:GPU )?kernel modules",
        ("requires", "open", "kernel", "modules"),
        certainty=0.98,
    ),
    Signature(r"RmInitAdapter failed! \(0x22:0x56:", ("rminitadapter", "failed"), certainty=0.75),
    Signature(
        r"no devices were found",
        ("no", "devices", "were", "found"),
        certainty=0.9,
        also=(NEW_CARDS,),
        unless=(r"Open Kernel Module|Dual MIT/GPL|GSP|BAR\d is 0M",),
    ),
    Signature(
        r"no devices were found",
        ("no", "devices", "were", "found"),
        certainty=0.6,
        unless=(r"NVRM|Open Kernel Module|Dual MIT/GPL|\bsuspended\b|D3cold|prime-select",),
    ),
    Signature(
        r"license:\s+NVIDIA\b",
        ("license", "nvidia"),
        certainty=0.85,
        also=(NEW_CARDS,),
    ),
)
#: PCI numbers of NVIDIA's from here on are Blackwell or newer.
FIRST_BLACKWELL = 0x2900


def check(drivers: Drivers) -> Symptom | None:
    new = [card for card in drivers.of(NVIDIA) if (card.device or 0) >= FIRST_BLACKWELL]
    licence = (drivers.nvidia_module or {}).get("license", "")
    if not new or licence != "NVIDIA":
        return None
    return Symptom(
        f"{new[0].label} needs NVIDIA's open kernel module; the closed one is installed.",
        (Evidence("command:modinfo nvidia", f"license: {licence}"),),
        certainty=0.97,
    )
