"""The NVIDIA card is held by NVIDIA's own driver.

Why: a card can have one driver; nouveau, or another framebuffer driver, was first, so NVIDIA's
cannot take it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Problem, Signature, Symptom
from ...probes.drivers import NVIDIA, Drivers
from ._fixes import LINUX, module_option, on_host

PROBLEM = Problem(
    title="Another graphics driver (nouveau) holds the NVIDIA card.",
    seen="NVIDIA's driver is installed, but finds no card.",
    why="One card can have one driver; nouveau was first, so NVIDIA's cannot take it.",
    fixes=(
        *module_option(
            "Keep nouveau from loading, write the start image anew and restart. NVIDIA's driver must be installed before, or the screen may stay dark.",
            "blacklist nouveau\\noptions nouveau modeset=0",
            "blacklist-nouveau.conf",
            proof="lspci -k -d 10de:",
        ),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/mattshma/bigdata/issues/133",
        "https://github.com/Oneflow-Inc/oneflow/issues/3106",
    ),
    likelihood=0.5,
    systems=LINUX,
    confused_with=(
        "nvidia-module-missing-for-kernel",
        "nvidia-module-unsigned-secure-boot",
        "nvidia-driver-not-installed",
    ),
)
SILENT = (r"couldn.t communicate|NVIDIA-SMI has failed|could not insert 'nvidia",)

SIGNATURES = (
    Signature(
        r"Kernel driver in use: nouveau\b",
        ("kernel", "driver", "nouveau"),
        certainty=0.9,
        also=(r"NVIDIA Corporation",),
    ),
    Signature(
        r"NVRM: The NVIDIA probe routine was not called",
        ("nvrm", "probe", "routine"),
        certainty=0.96,
        unless=(r"vfio",),
    ),
    Signature(r"NVRM: nouveau, rivafb", ("nvrm", "nouveau"), certainty=0.96),
    Signature(
        r"NVRM: This can occur when (?:a driver such as|another driver)",
        ("nvrm", "occur", "driver"),
        certainty=0.93,
        unless=(r"vfio|request_mem_region",),
    ),
    Signature(
        r"NVRM: Try unloading the conflicting",
        ("conflicting", "nvrm", "the", "try", "unloading"),
        certainty=0.93,
        unless=(r"vfio",),
    ),
    Signature(
        r"(?:loaded and )?obtained ownership of the NVIDIA device",
        ("device", "nvidia", "obtained", "of", "ownership", "the"),
        certainty=0.93,
        unless=(r"vfio",),
        also=(r"nvrm",),
    ),
    Signature(
        r"NVRM: No NVIDIA (?:graphics adapter|devices) probed",
        ("nvrm", "probed"),
        certainty=0.86,
    ),
    Signature(
        r"Nouveau kernel driver is currently in use", ("nouveau", "driver", "use"), certainty=0.97
    ),
    Signature(
        r"Kernel driver in use: nouveau",
        ("kernel", "driver", "nouveau"),
        certainty=0.92,
        also=SILENT,
    ),
    Signature(
        r"Kernel modules:.{0,80}nouveau.{0,80}\bnvidia\b|Kernel modules:.{0,80}\bnvidia.{0,80}nouveau",
        ("kernel", "modules", "nouveau", "nvidia"),
        certainty=0.85,
        also=(r"Kernel driver in use: nouveau",),
    ),
    Signature(r"^nouveau\s+\d+\s+\d+", ("nouveau",), certainty=0.9, also=SILENT),
    Signature(r"\bnouveau 0000:", ("nouveau", "0000"), certainty=0.85, also=SILENT),
    Signature(
        r"request_mem_region failed for \S+ @",
        ("failed", "for", "request_mem_region"),
        certainty=0.8,
        also=(r"nvrm",),
    ),
    Signature(
        r"NVRM: GPU \S+ is already bound to (?!vfio|nvidia\b)\w",
        ("nvrm", "gpu", "is", "already", "bound", "to"),
        certainty=0.98,
    ),
    Signature(
        r"Module nouveau is in use",
        ("module", "nouveau", "is", "in", "use"),
        certainty=0.9,
    ),
    Signature(
        r"configuration: driver=nouveau",
        ("configuration", "driver", "nouveau"),
        certainty=0.86,
        also=(r"nvidia",),
    ),
    Signature(
        r"Device-\d+: NVIDIA .{0,120}driver: nouveau",
        ("nvidia", "driver", "nouveau"),
        certainty=0.88,
    ),
    Signature(
        r"Kernel driver in use: nova(?:[-_]?core)?\b",
        ("kernel", "driver", "in", "use"),
        certainty=0.92,
    ),
)

#: What else drives an NVIDIA card; the nova driver calls itself by either name.
OTHERS = ("nouveau", "nova", "nova-core", "nova_core", "novacore", "nvidiafb", "rivafb")


def check(drivers: Drivers) -> Symptom | None:
    held = [card for card in drivers.of(NVIDIA) if (card.driver or "").lower() in OTHERS]
    installed = drivers.built_for or drivers.nvidia_module
    tool = drivers.nvidia_smi not in ("", "missing")
    if not held or not (installed or tool):
        return None
    return Symptom(
        f"{held[0].driver} holds {held[0].label}, although NVIDIA's driver is installed.",
        (Evidence(held[0].source, f"Kernel driver in use: {held[0].driver}"),),
        certainty=0.97,
    )
