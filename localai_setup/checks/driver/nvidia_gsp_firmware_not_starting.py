"""The processor inside the NVIDIA card starts with its firmware.

Why: the driver talks to a small processor (GSP) in the card. Power, slot, the card's BIOS, a
firmware file that does not match the module, or a defect of the driver keep it from starting.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import INSTALL_NVIDIA_OPEN, LINUX, by_family, module_option, on_host

PROBLEM = Problem(
    title="The small processor inside the NVIDIA card does not start.",
    seen="The module loads, `nvidia-smi` finds no device, and the kernel log speaks of GSP.",
    why="The card's own firmware does not start: power, slot or card BIOS, a firmware file of another version than the module, or a defect of this driver.",
    fixes=(
        Fix(
            "Switch the machine off at the wall for a minute, seat the card and its power plugs anew, and start again.",
            ("sudo poweroff",),
            needs_root=True,
            reboot=True,
            loses="Unsaved work in open programs is lost.",
            proof="nvidia-smi",
            where=Where(systems=LINUX, container=False),
        ),
        *by_family(
            "Bring module and firmware to one version by installing the driver anew, and restart; a driver that worked before may be the better one.",
            {
                "debian": (
                    "sudo apt install --reinstall $(dpkg -l | awk '/^ii +(nvidia-(driver|dkms|kernel|firmware|open-kernel)|firmware-nvidia-gsp|linux-modules-nvidia)/ {sub(/:.*/, \"\", $2); print $2}')",
                ),
                "rhel": (
                    "sudo dnf reinstall '*nvidia*'",
                    "sudo akmods --force --rebuild",
                ),
                "arch": INSTALL_NVIDIA_OPEN["arch"],
                "suse": ("sudo zypper install --force $(rpm -qa --qf '%{NAME} ' '*nvidia*G0*')",),
            },
            proof="nvidia-smi",
        ),
        *module_option(
            "With the closed flavour of the module alone: try it without this firmware, and restart.",
            "options nvidia NVreg_EnableGpuFirmware=0",
            "nvidia-gsp.conf",
            proof="nvidia-smi",
        ),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/789",
        "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/433",
        "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/326",
        "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/246",
    ),
    likelihood=0.5,
    systems=LINUX,
    confused_with=("nvidia-bar-not-mapped", "nvidia-proprietary-module-on-blackwell"),
)

SIGNATURES = (
    Signature(r"Cannot initialize GSP firmware", ("initialize", "gsp", "firmware"), certainty=0.97),
    Signature(r"failed to wait for GFW[ _]BOOT", ("failed", "wait"), certainty=0.97),
    Signature(
        r"GSP-RM proxy boot command failed|Failed to boot GSP\b|cannot (?:bootstrap|initialize) \w*/?GSP"
        r"|cannot bootstrap riscv/gsp",
        ("gsp",),
        certainty=0.96,
    ),
    Signature(r"cannot bootstrap", ("cannot", "bootstrap"), certainty=0.93, also=(r"gsp",)),
    Signature(r"kgspInitRm_IMPL: ", ("kgspinitrm_impl",), certainty=0.93),
    Signature(r"unexpected WPR2 already up", ("unexpected", "wpr2", "already"), certainty=0.96),
    Signature(
        r"failed to execute (?:Booter|FWSEC)|Booter failed with non-zero error",
        ("failed",),
        certainty=0.93,
    ),
    Signature(
        r"Direct firmware load for nvidia/\S*gsp\S* failed",
        ("firmware", "nvidia", "failed"),
        certainty=0.97,
    ),
    Signature(r"No (?:GSP )?firmware image found", ("firmware", "image", "found"), certainty=0.95),
    Signature(
        r"GSP-FMC reported an error", ("an", "error", "fmc", "gsp", "reported"), certainty=0.93
    ),
    Signature(
        r"Timeout waiting for (?:lockdown release|GSP|SPDM|SEC2)",
        ("for", "timeout", "waiting"),
        certainty=0.93,
    ),
    Signature(r"RmInitAdapter failed! \(0x6[0-9a-f]:", ("rminitadapter", "failed"), certainty=0.92),
    Signature(
        r"RmInitAdapter failed!",
        ("failed", "rminitadapter"),
        certainty=0.65,
        unless=(
            r"requires use of|BAR\d is 0M|fallen off the bus|not supported by|power state from D3",
        ),
        also=(r"nvrm",),
    ),
    Signature(
        r"rm_init_adapter failed",
        ("failed", "rm_init_adapter"),
        certainty=0.65,
        unless=(
            r"requires use of|BAR\d is 0M|fallen off the bus|not supported by|power state from D3",
        ),
        also=(r"nvrm",),
    ),
    Signature(
        r"GPU does not have the necessary power cables connected",
        ("gpu", "power", "cables"),
        certainty=0.8,
    ),
    Signature(r"NVRM: Xid \([^)]*\): (?:119|120),", ("nvrm", "xid"), certainty=0.84),
    Signature(
        r"no devices were found",
        ("no", "devices", "were", "found"),
        certainty=0.55,
        unless=(r"requires use of|BAR\d is 0M|legacy|not supported by open|\bsuspended\b|D3cold",),
    ),
    Signature(
        r"firmware: failed to load nvidia/\S{0,80}gsp",
        ("firmware", "failed", "to", "load", "nvidia"),
        certainty=0.96,
    ),
    Signature(
        r"bad state and may need to be reset",
        ("bad", "state", "may", "need", "reset"),
        certainty=0.9,
        also=(r"nvrm",),
    ),
    Signature(
        r"\bFSP (?:boot cmds failed|secure boot partition timed out|secure boot GSP prechecks failed|command timed out)",
        ("fsp",),
        certainty=0.93,
    ),
    Signature(
        r"kgspSendInitRpcs failed",
        ("kgspsendinitrpcs", "failed"),
        certainty=0.93,
    ),
)
