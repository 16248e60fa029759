"""Windows' NVIDIA driver and Linux (WSL2) fit together.

Why: The libraries that Windows projects into Linux and what the distribution or container loads
do not match (driver update without a WSL restart, old container toolkit).
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

WSL = Where(systems=("linux",), wsl=True)
STOPS = "Everything that runs in WSL is stopped."

PROBLEM = Problem(
    title="Windows' NVIDIA driver and Linux (WSL2) do not fit together at the moment.",
    seen="In WSL, or in a container under WSL, the engine finds the driver library but cannot start it and uses the processor; the Windows version of the engine works.",
    why="The libraries that Windows projects into Linux and what the distribution or container loads do not match (driver update without a WSL restart, old container toolkit).",
    fixes=(
        Fix(
            "Update the NVIDIA driver in Windows (nvidia.com/drivers or the NVIDIA app), then update and restart WSL from PowerShell.",
            ("wsl --update", "wsl --shutdown"),
            loses=STOPS,
            proof="wsl -e /usr/lib/wsl/lib/nvidia-smi",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Update the NVIDIA driver in Windows (nvidia.com/drivers or the NVIDIA app), then update and restart WSL.",
            ("wsl.exe --update", "wsl.exe --shutdown"),
            loses=STOPS,
            proof="/usr/lib/wsl/lib/nvidia-smi",
            where=WSL,
        ),
        *(
            Fix(
                "If only containers fail: the first line must work in plain WSL; then refresh the container toolkit and Docker in WSL (Docker Desktop: update that instead).",
                (
                    "/usr/lib/wsl/lib/nvidia-smi",
                    f"sudo {update} nvidia-container-toolkit",
                    "sudo systemctl restart docker",
                ),
                needs_root=True,
                loses="Restarting Docker stops every running container.",
                proof="docker run --rm --gpus all ubuntu nvidia-smi",
                where=Where(systems=("linux",), wsl=True, families=(family,), container=False),
            )
            for family, update in (
                ("debian", "apt install --only-upgrade"),
                ("rhel", "dnf upgrade"),
                ("suse", "zypper update"),
                ("arch", "pacman -Syu"),
            )
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/6961",
        "https://github.com/ollama/ollama/issues/5718",
        "https://github.com/ollama/ollama/issues/4659",
        "https://github.com/NixOS/nixpkgs/issues/389898",
        "https://github.com/ollama/ollama/issues/1460",
        "https://github.com/ollama/ollama/issues/1929",
    ),
    likelihood=0.5,
    confused_with=("wsl-linux-driver-installed",),
)

IN_WSL = (r"/usr/lib/wsl|\bWSL|microsoft-standard|/dev/dxg",)

SIGNATURES = (
    Signature(
        r"OS call failed or operation not supported on this OS",
        ("os", "call", "failed", "operation"),
        certainty=0.9,
        also=IN_WSL,
    ),
    # 500: the library that Windows projects is older than the program, or half exchanged
    Signature(
        r"(?:failed to initialize CUDA|cudaGetDeviceCount\(\)|Error 500).{0,200}named symbol not found",
        ("named", "symbol", "found"),
        certainty=0.9,
        unless=(r"ROCm|\bHIP\b|gfx\d",),
    ),
    Signature(
        r"/dev/dxg\b.{0,60}(?:no such (?:file|device)|not found|cannot open|permission denied)",
        ("dxg",),
        certainty=0.93,
        unless=(r"continuing assuming a non-WSL environment",),
    ),
    Signature(
        r"nvidia-container-cli(?:\.real)?: (?:ldcache|mount|detection|device|initialization) error",
        ("nvidia", "container", "error"),
        certainty=0.94,
        also=IN_WSL,
    ),
    Signature(
        r"cuda driver library init failure:\s?500", ("driver", "failure", "500"), certainty=0.97
    ),
    Signature(r"/usr/lib/wsl/.{1,160}init failure:\s?\d+", ("wsl", "failure"), certainty=0.96),
    Signature(
        r"no nvidia devices detected by library /usr/lib/wsl",
        ("nvidia", "detected", "wsl"),
        certainty=0.93,
    ),
    Signature(
        r"no nvidia devices detected\"?\s+library=\"?/usr/lib/wsl",
        ("nvidia", "detected", "wsl"),
        certainty=0.93,
    ),
    Signature(r"GPU access blocked by the operating system", ("access", "blocked"), certainty=0.98),
    Signature(
        r"WSL environment detected but no adapters were found",
        ("wsl", "environment", "adapters"),
        certainty=0.97,
    ),
    Signature(
        r"(?:mount error: )?file creation failed: \S*lib(?:nvidia-ml|cuda|dxcore|d3d12)\S*\.so\S*: file exists",
        ("creation", "failed", "exists"),
        certainty=0.96,
    ),
    Signature(
        r"/usr/lib/wsl/\S{0,80}?(?:libcuda|libnvidia-ml|libdxcore|libd3d12).{0,90}(?:cannot open|no such file|file too short|is empty)",
        ("wsl",),
        certainty=0.93,
    ),
    Signature(
        r"NVIDIA-SMI couldn't find libnvidia-ml\.so",
        ("nvidia", "smi", "libnvidia"),
        certainty=0.95,
        also=IN_WSL,
    ),
    Signature(
        r"segfault at .{0,200}(?:libcuda|libnvidia-ml|libdxcore)",
        ("segfault",),
        certainty=0.9,
        also=IN_WSL,
    ),
    Signature(
        r"nvidia-smi.{0,100}Segmentation fault|Segmentation fault.{0,80}nvidia-smi",
        ("segmentation", "nvidia"),
        certainty=0.9,
        also=IN_WSL,
    ),
    Signature(
        r"(?:Failed to initialize NVML: (?!Driver/library)[^\n]{0,60}|nvml vram init failure: (?!9)\d+)",
        ("nvml",),
        certainty=0.9,
        also=IN_WSL,
    ),
    Signature(
        r"No NVIDIA(?:/AMD)? GPU detected\. Ollama will run in CPU-only mode",
        ("nvidia", "detected", "ollama"),
        certainty=0.85,
        also=IN_WSL,
    ),
    Signature(
        r"dxcore initialization failed",
        ("dxcore",),
        certainty=0.85,
        also=(r"microsoft|WSL2|wsl version|/usr/lib/wsl",),
        unless=(r"continuing assuming a non-WSL environment",),
    ),
    Signature(
        r"Failed to query the core Nvidia libraries for the adapter",
        ("libraries", "adapter", "nvidia", "failed"),
        certainty=0.85,
        also=(r"microsoft|WSL2|wsl version|/usr/lib/wsl",),
        unless=(r"continuing assuming a non-WSL environment",),
    ),
    Signature(
        r"NVIDIA-SMI \S+\s+(?:KMD|Driver) Version: \S+\s+CUDA(?: UMD)? Version: (?:ERR!|N/A)",
        ("nvidia", "smi", "version", "cuda"),
        certainty=0.85,
        also=IN_WSL,
    ),
)
