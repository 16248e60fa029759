"""A running container keeps its graphics card.

Why: A reload of system services makes systemd drop the device permissions that the NVIDIA runtime
had added to running containers.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

LINUX = Where(systems=("linux",), container=False)


CGROUPFS = (
    'sudo python3 -c \'import json, pathlib; p = pathlib.Path("/etc/docker/daemon.json"); '
    "d = json.loads(p.read_text()) if p.exists() else {}; "
    'd.setdefault("exec-opts", []).append("native.cgroupdriver=cgroupfs"); '
    "p.write_text(json.dumps(d, indent=2))'"
)

PROBLEM = Problem(
    title="A running container lost its graphics card.",
    seen="The card works when the container starts; hours later the engine is on the processor, and `nvidia-smi` works on the host but not in the container.",
    why="A reload of system services makes systemd drop the device permissions that the NVIDIA runtime had added to running containers.",
    fixes=(
        Fix(
            "Restart the container now (here it is named ollama).",
            ("docker restart ollama",),
            loses="The request that the container works on is cut off.",
            proof="docker exec ollama nvidia-smi",
            where=LINUX,
        ),
        Fix(
            "For good: let Docker manage these permissions itself; the first line adds that to its settings. Then create the container again.",
            (CGROUPFS, "sudo systemctl restart docker"),
            needs_root=True,
            loses="Restarting Docker stops every running container.",
            proof="docker info --format '{{.CgroupDriver}}'",
            where=LINUX,
        ),
        Fix(
            "Inside the container nothing helps; restart it from the host.",
            ("nvidia-smi",),
            proof="nvidia-smi",
            where=Where(systems=("linux",), container=True),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/4604",
        "https://github.com/ollama/ollama/issues/10026",
        "https://github.com/ollama/ollama/issues/8962",
        "https://github.com/ollama/ollama/issues/12059",
        "https://github.com/ollama/ollama/issues/14658",
        "https://github.com/ollama/ollama/pull/7519",
        "https://github.com/NVIDIA/nvidia-docker/issues/1730",
        "https://github.com/NVIDIA/nvidia-docker/issues/1671",
    ),
    likelihood=0.7,
    systems=("linux",),
    confused_with=("nvidia-driver-half-updated",),
)

SIGNATURES = (
    Signature(r"\bnvml\w{0,40}\b.{0,60}: Unknown Error", ("unknown", "error"), certainty=0.9),
    Signature(r"NVMLError_Unknown", ("nvmlerror_unknown",), certainty=0.88),
    Signature(
        r"nvcuda failed to get primary device context \d+",
        ("nvcuda", "primary", "context"),
        certainty=0.93,
    ),
    Signature(
        r"/dev/nvidia[\w-]{0,20}\W{1,4}Operation not permitted",
        ("operation", "permitted", "not"),
        certainty=0.9,
    ),
    Signature(
        r"Failed to initialize NVML:\s+Unknown Error",
        ("nvml", "unknown"),
        certainty=0.97,
        lines=2,
    ),
    Signature(
        r"\bnvml.{0,60}(?:Unknown Error|NVML_ERROR_UNKNOWN|init failure: 999)",
        ("nvml",),
        certainty=0.93,
        unless=(r"/usr/lib/wsl",),
    ),
    Signature(
        r"cuda driver library failed to get device context (?:800|801|999|1|100)\b",
        ("failed", "device", "context"),
        certainty=0.93,
    ),
    Signature(
        r"error looking up nvidia GPU memory", ("looking", "nvidia", "memory"), certainty=0.9
    ),
    Signature(
        r"CUDA error: operation not permitted", ("operation", "permitted", "cuda"), certainty=0.88
    ),
    Signature(r"CUDA_ERROR_NOT_PERMITTED", ("cuda_error_not_permitted",), certainty=0.88),
    Signature(r"cudaErrorNotPermitted", ("cudaerrornotpermitted",), certainty=0.88),
    Signature(
        r"/dev/nvidia\S{0,20}: Operation not permitted", ("operation", "permitted"), certainty=0.9
    ),
)
