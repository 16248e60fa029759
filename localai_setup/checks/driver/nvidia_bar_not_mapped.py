"""The firmware gives the NVIDIA card the address space it asks for.

Why: a card with much memory wants a large window in the address space above 4 GiB. Where the
mainboard's firmware offers none, the driver cannot start the card.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import LINUX, boot_line, on_host

PROBLEM = Problem(
    title="The mainboard's firmware cannot give the NVIDIA card enough address space.",
    seen="A card with much memory stands in the PCI list, but the driver cannot start it.",
    why="The firmware offers no large memory window: Above 4G Decoding or Resizable BAR is off, or the board has neither.",
    fixes=(
        Fix(
            "In the firmware setup (at power-on) switch on Above 4G Decoding, then Resizable BAR, and switch off CSM. This command takes you there.",
            ("sudo systemctl reboot --firmware-setup",),
            needs_root=True,
            reboot=True,
            loses="Unsaved work in open programs is lost.",
            proof="nvidia-smi",
            where=Where(systems=LINUX, systemd=True, container=False),
        ),
        *boot_line(
            "Or let the kernel place the window itself: add pci=realloc to the boot line (with GRUB), and restart.",
            add="pci=realloc",
        ),
        Fix(
            "A board without these options needs another slot, newer firmware, or another board. In a virtual machine the host must give it UEFI firmware and a large MMIO window.",
            proof="nvidia-smi",
        ),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/xCuri0/ReBarUEFI/issues/252",
        "https://github.com/xCuri0/ReBarUEFI/issues/395",
        "https://github.com/xCuri0/ReBarUEFI/issues/63",
        "https://github.com/xCuri0/ReBarUEFI/issues/45",
        "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/862",
    ),
    likelihood=0.3,
    systems=LINUX,
    confused_with=("nvidia-proprietary-module-on-blackwell", "nvidia-gsp-firmware-not-starting"),
)
#: A window of 256 MiB or more, as the kernel prints its size.
LARGE = r"\[mem (?:size )?0x0{0,16}[1-9a-f][0-9a-f]{7,15}[^\]]{0,80}\]"

SIGNATURES = (
    Signature(
        r"PCI I/O region assigned to your NVIDIA device is invalid",
        ("region", "assigned", "nvidia", "invalid"),
        certainty=0.97,
    ),
    Signature(r"NVRM: BAR\d is 0M @ 0x0\b", ("nvrm", "0m"), certainty=0.97),
    Signature(
        r"system BIOS may have misconfigured your GPU",
        ("bios", "misconfigured", "gpu"),
        certainty=0.97,
    ),
    Signature(
        r"No address space to allocate resized BAR",
        ("address", "allocate", "bar", "no", "resized", "space", "to"),
        certainty=0.95,
        also=(r"nvrm",),
    ),
    Signature(
        r"Failed to re-allocate BAR1",
        ("allocate", "bar1", "failed", "re", "to"),
        certainty=0.95,
        also=(r"nvrm",),
    ),
    Signature(
        r"Fatal Error while attempting to resize PCIe BARs",
        ("attempting", "bars", "error", "fatal", "pcie", "resize", "to", "while"),
        certainty=0.95,
        also=(r"nvrm",),
    ),
    Signature(
        rf"BAR \d+:? (?:no space for {LARGE}|failed to assign {LARGE}|{LARGE}: (?:can't assign|failed to assign))",
        ("bar", "mem"),
        certainty=0.88,
        also=(r"nvidia|NVRM|\[?10de:",),
    ),
    Signature(
        rf"bridge window {LARGE}: can't assign; no space",
        ("bridge", "window", "space"),
        certainty=0.82,
        also=(r"nvidia|NVRM|\[?10de:",),
    ),
    Signature(
        r"Region [13]: Memory at <(?:unassigned|ignored)>|Region [13]: \[virtual\] Memory",
        ("region", "memory"),
        certainty=0.9,
        also=(r"nvidia|10de",),
    ),
    Signature(r"RmInitAdapter failed! \(0x2[2-6]:0x", ("rminitadapter", "failed"), certainty=0.6),
    Signature(
        r"cannot find enough free resources that it can use",
        ("enough", "free", "resources"),
        certainty=0.85,
    ),
    Signature(
        r"no devices were found",
        ("no", "devices", "were", "found"),
        certainty=0.5,
        unless=(r"NVRM|nvidia-open|requires use of|\bsuspended\b|D3cold|prime-select",),
    ),
    Signature(
        r"Memory at <(?:unassigned|ignored)> \(64-bit, prefetchable\)",
        ("memory", "at", "64", "bit", "prefetchable"),
        certainty=0.88,
        also=(r"nvidia|10de",),
    ),
    Signature(
        rf"can't claim BAR \d+ {LARGE}",
        ("claim", "bar"),
        certainty=0.86,
        also=(r"nvidia|NVRM|\[?10de:",),
    ),
    Signature(
        r"can't enable device: BAR \d+ .{0,80}not (?:assigned|claimed)",
        ("enable", "device", "bar", "not"),
        certainty=0.9,
        also=(r"nvidia|NVRM|\[?10de:",),
    ),
    Signature(
        r"\(Code 12\)",
        ("code", "12"),
        certainty=0.84,
        also=(r"nvidia|geforce|tesla|quadro|\bRTX\b",),
    ),
)
