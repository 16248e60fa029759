"""A computer with an NVIDIA card has NVIDIA's driver.

Why: the card is on the bus, but no driver of NVIDIA's is installed (or only the CUDA toolkit is),
so engines compute on the processor.
"""

from __future__ import annotations

from ...model.finding import Cleared, Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import NVIDIA, Drivers
from ...probes.host import Host
from ._fixes import (
    AKMODS,
    INSTALL_NVIDIA_OPEN,
    LINUX,
    UBUNTU_OR_DEBIAN,
    by_family,
    on_host,
    on_windows,
)
from ._translated import NO_SUCH_COMMAND

PROBLEM = Problem(
    title="The computer has an NVIDIA card but no working NVIDIA driver.",
    seen="The installer warns, `nvidia-smi` does not exist or reaches nothing, and the engine runs on the processor.",
    why="The card is on the bus, but neither the kernel's module nor the libraries of NVIDIA's driver are installed; the CUDA toolkit alone brings none.",
    fixes=(
        *by_family(
            "Install the driver and restart (Debian: switch on contrib, non-free and non-free-firmware first; Fedora and RHEL: RPM Fusion; Arch: cards before the GTX 16 need the 580xx packages of the AUR).",
            {
                "debian": ("sudo apt update", UBUNTU_OR_DEBIAN),
                "rhel": ("sudo dnf install akmod-nvidia xorg-x11-drv-nvidia-cuda", AKMODS),
                "arch": INSTALL_NVIDIA_OPEN["arch"],
                "suse": (
                    "sudo zypper install openSUSE-repos-$(. /etc/os-release; echo ${NAME##* })-NVIDIA",
                    *INSTALL_NVIDIA_OPEN["suse"],
                ),
            },
            proof="nvidia-smi",
        ),
        Fix(
            "With Secure Boot on, enrol the signing key when the installer asks for a password, and confirm it in the blue screen at the next start.",
            ("mokutil --sb-state",),
            proof="nvidia-smi",
            where=Where(systems=LINUX, secure_boot=True, wsl=False, container=False),
        ),
        on_windows(),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/1648",
        "https://github.com/ollama/ollama/issues/4659",
        "https://github.com/ollama/ollama/issues/7813",
        "https://github.com/ollama/ollama/issues/1460",
    ),
    likelihood=0.6,
    systems=LINUX,
    confused_with=(
        "nvidia-module-missing-for-kernel",
        "nvidia-nouveau-holds-gpu",
        "container-started-without-gpu",
    ),
)
CARD = (r"NVIDIA Corporation|10de:|GeForce|Quadro|\bRTX\b|\bGTX\b|Tesla",)
IN_CONTAINER = (r"docker|container|podman|OCI runtime",)

SIGNATURES = (
    Signature(
        r"No NVIDIA/AMD GPU detected",
        ("no", "nvidia", "gpu", "detected"),
        certainty=0.88,
        also=CARD,
    ),
    Signature(
        r"No NVIDIA/AMD GPU detected. Ollama will run in CPU-only mode",
        ("no", "nvidia", "gpu", "detected"),
        certainty=0.7,
    ),
    Signature(
        r"Command 'nvidia-smi' not found, but can be installed with",
        ("nvidia", "smi", "installed"),
        certainty=0.95,
        unless=IN_CONTAINER,
    ),
    Signature(
        r"nvidia-smi'?: (?:command )?not found|'nvidia-smi' is not recognized",
        ("nvidia", "smi"),
        certainty=0.9,
        unless=IN_CONTAINER,
    ),
    Signature(
        r"Found no NVIDIA driver on your system",
        ("found", "no", "nvidia", "driver"),
        certainty=0.9,
    ),
    Signature(
        r"nvidia-container-cli: initialization error: (?:load library failed: libnvidia-ml|nvml error: driver not loaded)",
        ("nvidia", "initialization", "error"),
        certainty=0.9,
    ),
    Signature(
        r"initialize NVML: Driver Not Loaded",
        ("driver", "initialize", "loaded", "not", "nvml"),
        certainty=0.8,
    ),
    Signature(r"NVML_ERROR_DRIVER_NOT_LOADED", ("nvml_error_driver_not_loaded",), certainty=0.8),
    Signature(r"nvml\w{0,20} ?\w{0,20} (?:init failure|err|failed): 9\b", ("9",), certainty=0.8),
    Signature(
        r"Kernel modules:\s+(?:nvidiafb, )?nouveau\s*$",
        ("kernel", "modules", "nouveau"),
        certainty=0.85,
        also=(r"NVIDIA Corporation",),
    ),
    Signature(
        r"couldn.t communicate with the NVIDIA driver",
        ("communicate", "nvidia", "driver"),
        certainty=0.55,
        unless=(
            r"NVRM|nouveau|dkms|Key was rejected|SecureBoot|modprobe|/lib/modules",
            r"bbswitch|\(rev ff\)|prime-select|envycontrol|optimus|\bsuspended\b",
        ),
    ),
    Signature(
        r"NVIDIA driver is not (?:loaded|installed)|no NVIDIA driver (?:is )?(?:found|installed|detected)",
        ("nvidia", "driver"),
        certainty=0.8,
    ),
    Signature(
        r"no CUDA-capable device is detected",
        ("no", "cuda", "device", "detected"),
        certainty=0.5,
        unless=(r"NVRM|CUDA_VISIBLE_DEVICES",),
    ),
    Signature(
        r"ggml_(?:cuda_init|init_cublas): (?:no|found 0) CUDA devices",
        ("cuda", "devices"),
        certainty=0.6,
    ),
    Signature(r"cudart init failure: 35\b", ("cudart", "init", "failure", "35"), certainty=0.6),
    Signature(
        r"cuda driver library init failure: 100\b",
        ("cuda", "driver", "failure", "100"),
        certainty=0.6,
    ),
    Signature(
        r"check that you have installed GPU drivers",
        ("check", "that", "you", "have", "installed", "gpu", "drivers"),
        certainty=0.88,
    ),
    Signature(
        r"nvidia-smi'?: (?:command )?not found",
        ("nvidia", "smi", "not", "found"),
        certainty=0.97,
        also=(r"Module nvidia not found",),
        unless=IN_CONTAINER,
    ),
    Signature(
        r"command not found: nvidia-smi|Unknown command:? '?nvidia-smi|which: no nvidia-smi in|no such file or directory: '(?:/[\w/]{1,40}/)?nvidia-smi'",
        ("nvidia", "smi"),
        certainty=0.9,
        unless=IN_CONTAINER,
    ),
    Signature(
        rf"nvidia-smi ?: ?{NO_SUCH_COMMAND}",
        ("nvidia", "smi"),
        certainty=0.9,
        unless=IN_CONTAINER,
    ),
    Signature(
        r"modinfo: ERROR: Module nvidia not found",
        ("modinfo", "error", "module", "nvidia", "not", "found"),
        certainty=0.88,
    ),
    Signature(
        r"find libnvidia-ml\.so library in your system",
        ("find", "libnvidia", "ml", "so", "library", "system"),
        certainty=0.93,
        unless=IN_CONTAINER,
    ),
    Signature(
        r"NVML Shared Library Not Found",
        ("nvml", "shared", "library", "not", "found"),
        certainty=0.84,
        unless=IN_CONTAINER,
    ),
    Signature(
        r"nvml\w{0,20} ?\w{0,20} (?:init failure|err|failed): 12\b",
        ("12",),
        certainty=0.8,
        unless=IN_CONTAINER,
    ),
    Signature(
        r"libcuda\.so(?:\.1)?: cannot open shared object",
        ("libcuda", "so", "cannot", "open", "shared", "object"),
        certainty=0.8,
        unless=IN_CONTAINER,
    ),
    Signature(
        r"Device-\d+: NVIDIA .{0,120}driver: N/A",
        ("nvidia", "driver"),
        certainty=0.9,
    ),
    Signature(
        r"display(?::\d+)? UNCLAIMED",
        ("display", "unclaimed"),
        certainty=0.88,
        also=(r"vendor: NVIDIA",),
    ),
    Signature(r"nvml ?: Driver Not Loaded", ("nvml", "driver", "not", "loaded"), certainty=0.84),
)


def check(drivers: Drivers, host: Host) -> Symptom | Cleared | None:
    if drivers.lacks_nvidia and not host.wsl:
        return Cleared("no card of NVIDIA's is on the bus")
    cards = [c for c in drivers.of(NVIDIA) if c.driver not in ("nvidia", "vfio-pci", "pci-stub")]
    installed = drivers.built_for or drivers.nvidia_module or drivers.is_loaded("nvidia")
    if not cards or host.wsl or installed or drivers.nvidia_smi != "missing":
        return None
    held = f", held by {cards[0].driver}" if cards[0].driver else ""
    return Symptom(
        f"{cards[0].label} is on the bus{held}; no driver of NVIDIA's is installed.",
        (Evidence(cards[0].source, cards[0].label),),
        certainty=0.95,
    )
