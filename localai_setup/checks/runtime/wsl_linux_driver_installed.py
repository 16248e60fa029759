"""No Linux driver for the NVIDIA card stands in Windows' way inside WSL.

Why: In WSL the driver lives in Windows and is projected into Linux; a Linux driver package puts
its own, unusable libraries first.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.host import Host
from ...probes.runtimes import Runtimes

#: The driver's own packages: not the toolkits of CUDA and of containers, whose names are alike.
REMOVE = {
    "debian": "sudo apt purge $(dpkg-query -W -f '${Package}\\n' | grep -E '^(nvidia-(driver|dkms|kernel|utils|compute-utils|open|firmware)|libnvidia-|libcuda1|xserver-xorg-video-nvidia)' | grep -v container)",
    "rhel": "sudo dnf remove '*kmod-nvidia*' 'xorg-x11-drv-nvidia*' 'nvidia-driver*' cuda-drivers",
    "arch": "sudo pacman -Rdd nvidia-utils",
    "suse": "sudo zypper remove 'nvidia-*G0*' 'x11-video-nvidiaG0*'",
}

PROBLEM = Problem(
    title="An NVIDIA driver was installed inside WSL, where it gets in the way.",
    seen="The card is not found in WSL although the Windows driver is fine.",
    why="In WSL the driver lives in Windows and is projected into Linux; a Linux driver package puts its own, unusable libraries first.",
    fixes=(
        *(
            Fix(
                "Remove the Linux driver packages; a CUDA toolkit and the container toolkit may stay.",
                (command, "sudo ldconfig"),
                needs_root=True,
                proof="ldconfig -p | grep libcuda.so",
                where=Where(systems=("linux",), wsl=True, families=(family,)),
            )
            for family, command in REMOVE.items()
        ),
        Fix(
            "Then restart WSL.",
            ("wsl.exe --shutdown",),
            loses="Everything that runs in WSL is stopped.",
            proof="/usr/lib/wsl/lib/nvidia-smi",
            where=Where(systems=("linux",), wsl=True),
        ),
        Fix(
            "Remove the Linux driver inside WSL (start `wsl`, then run localai there for the command), and restart WSL from PowerShell.",
            ("wsl --shutdown",),
            loses="Everything that runs in WSL is stopped.",
            proof="wsl -e /usr/lib/wsl/lib/nvidia-smi",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/1940",
        "https://github.com/ollama/ollama/issues/1167",
        "https://github.com/ollama/ollama/issues/684",
        "https://github.com/ollama/ollama/issues/1888",
        "https://github.com/NixOS/nixpkgs/issues/389898",
    ),
    likelihood=0.45,
    confused_with=("wsl-gpu-bridge-broken", "nvidia-stub-libcuda-loaded"),
)

IN_WSL = (r"/usr/lib/wsl|\bWSL|microsoft-standard|/dev/dxg",)

SIGNATURES = (
    Signature(
        r"(?:module build on kernel|kernel headers for kernel):? \S{0,40}microsoft",
        ("kernel", "microsoft"),
        certainty=0.955,
        also=(r"nvidia",),
    ),
    *(
        Signature(
            rf"(?:Setting up|Unpacking|Selecting previously unselected package) {package}-\d{{3}}",
            tuple(package.split("-")),
            certainty=0.985,
            also=IN_WSL,
        )
        for package in ("nvidia-driver", "libnvidia-compute", "nvidia-utils", "nvidia-dkms")
    ),
    Signature(
        r"/var/log/nvidia-installer\.log",
        ("nvidia", "installer", "log"),
        certainty=0.94,
        also=IN_WSL,
    ),
    Signature(
        r"NVIDIA-Linux-(?:x86_64|aarch64)-\d{3}\S{0,20}\.run",
        ("nvidia", "linux", "run"),
        certainty=0.94,
        also=IN_WSL,
    ),
    # Windows keeps its two halves in step; a Linux package brought one of its own.
    Signature(
        r"Failed to initialize NVML: Driver/library version mismatch",
        ("nvml", "version", "mismatch"),
        certainty=0.99,
        also=IN_WSL,
    ),
    Signature(
        r"/usr/lib/[\w.]{1,30}-linux-gnu/lib(?:nvidia-ml|cuda)\.so\.\d{3}[.\d]{0,12}.{0,60}(?:init failure|no nvidia|not supported)",
        ("linux", "usr", "lib", "gnu"),
        certainty=0.97,
        also=IN_WSL,
    ),
    Signature(
        r"no nvidia devices detected.{0,40}/usr/lib/(?!wsl)\S*libcuda\.so\.\d{3}",
        ("nvidia", "detected"),
        certainty=0.97,
        also=IN_WSL,
    ),
    Signature(
        r"Discovered GPU libraries: \[(?=[^\]]*/usr/lib/wsl/)(?=[^\]]*linux-gnu/lib\w+\S*\.so\.\d{3})[^\]]*\]",
        ("discovered", "libraries"),
        certainty=0.95,
    ),
    Signature(r"nvml vram init failure: 9\b", ("nvml", "failure"), certainty=0.92),
    Signature(
        r"CUDA error 100 at \S+ggml-cuda\.cu:\d+: no CUDA-capable device is detected",
        ("cuda", "100", "detected"),
        certainty=0.88,
    ),
    Signature(
        r"no CUDA-capable device is detected",
        ("cuda", "detected"),
        certainty=0.92,
        also=IN_WSL,
    ),
    Signature(
        r"^ii\s+(?:nvidia-driver-\S+|libnvidia-compute-\S+|nvidia-dkms-\S+|nvidia-utils-\S+)\s.{0,120}",
        ("ii",),
        certainty=0.95,
        also=IN_WSL,
    ),
    Signature(
        r"libcuda\.so\.1 \(.{0,40}\) => /(?:usr/)?lib/(?!wsl)\S*libcuda\.so",
        ("libcuda",),
        certainty=0.93,
        also=IN_WSL,
    ),
    Signature(
        r"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver",
        ("nvidia", "smi", "communicate"),
        certainty=0.96,
        also=IN_WSL,
    ),
    Signature(
        r"modprobe: FATAL: Module nvidia\S* not found in directory \S*microsoft",
        ("modprobe", "nvidia", "microsoft"),
        certainty=0.97,
    ),
)


def check(host: Host, runtimes: Runtimes) -> Symptom | None:
    in_wsl = host.wsl or "/dev/dxg" in runtimes.there
    if not in_wsl or not runtimes.linux_drivers:
        return None
    source, version = runtimes.linux_drivers[0]
    what = (
        f"A Linux driver's library (version {version}) lies beside the one that Windows projects."
    )
    return Symptom(what, (Evidence(source, source.rpartition("/")[2]),), 0.93)
