"""The virtual machine of Podman on this Mac can use the graphics chip.

Why: Only Podman machines of the libkrun kind pass the graphics chip on; the default kind does
not, and its memory is far too small for a model.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.runtimes import Runtimes

MAC = Where(systems=("macos",))
#: below this not even a small model fits beside the virtual machine's own system
MIN_MEMORY_GIB = 4

PROBLEM = Problem(
    title="The Podman virtual machine on this Mac cannot use the graphics chip.",
    seen="ramalama in a container fails on the render device, or runs on the processor only.",
    why="Only Podman machines of the libkrun kind pass the graphics chip on; the default kind does not, and its memory (2 GiB) is far too small for a model.",
    fixes=(
        Fix(
            "Run without a container; macOS lets the engine use the chip directly (granite is an example).",
            ("brew install llama.cpp", "ramalama --nocontainer run granite"),
            proof="ramalama --nocontainer info",
            where=MAC,
        ),
        Fix(
            "Or create a machine of the right kind (needs macOS 14 or newer), with half of this Mac's memory. Only one machine runs at a time, so others are stopped first.",
            (
                "brew install krunkit",
                "podman machine stop",
                "CONTAINERS_MACHINE_PROVIDER=libkrun podman machine init --memory $(($(sysctl -n hw.memsize) / 2097152)) localai",
                "CONTAINERS_MACHINE_PROVIDER=libkrun podman machine start localai",
            ),
            loses="Containers that run in the other machine are stopped.",
            proof="CONTAINERS_MACHINE_PROVIDER=libkrun podman machine list",
            where=MAC,
        ),
    ),
    sources=(
        "https://github.com/containers/ramalama/issues/626",
        "https://github.com/containers/ramalama/issues/301",
        "https://github.com/containers/ramalama/issues/895",
        "https://github.com/containers/ramalama/issues/857",
        "https://github.com/containers/ramalama/pull/570",
        "https://github.com/vybestack/llxprt-code/pull/1664",
    ),
    likelihood=0.5,
    systems=("macos",),
    confused_with=("amd-dri-nodes-missing", "mem-model-larger-than-ram"),
)

SIGNATURES = (
    Signature(r"could not find \"?krunkit\"?", ("krunkit", "could", "find"), certainty=0.94),
    Signature(
        r"krunkit\b.{0,60}(?:not found|not installed|no such file)", ("krunkit",), certainty=0.92
    ),
    Signature(r"vmtype\"?:\s*\"?(?:applehv|qemu|vfkit)\b", ("vmtype",), certainty=0.95),
    Signature(
        r"VM\s+\S+\s+is\s+using\s+\S+,\s+which\s+does\s+not\s+support\s+GPU",
        ("using", "support", "gpu"),
        certainty=0.97,
        lines=2,
    ),
    Signature(
        r"Only the provider libkrun has GPU support", ("provider", "libkrun"), certainty=0.97
    ),
    Signature(
        r"podman needs to be configured to use (?:krunkit|libkrun)",
        ("podman", "configured"),
        certainty=0.96,
    ),
    Signature(r"exec: \"?krunkit\"?: executable file not found", ("krunkit",), certainty=0.94),
    *(
        Signature(rf"^\s*\S+\*?\s+{kind}\s+.{{0,80}}\d\s?Gi?B", (kind,), certainty=0.93)
        for kind in ("applehv", "qemu")
    ),
    Signature(
        r"^\s*\S+\*?\s+libkrun\s.{0,120}?\s[123](?:\.\d+)?\s?GiB\s", ("libkrun",), certainty=0.85
    ),
    Signature(
        r"Error: (?:stat|lstat) /dev/dri: no such file or directory", ("dri",), certainty=0.92
    ),
    Signature(
        r"(?:stat|open|access) /dev/dri\S*: no such file or directory",
        ("dri",),
        certainty=0.9,
        also=(r"ramalama|podman machine|macos|darwin|applehv|Apple M\d",),
    ),
    Signature(
        r"(?:krunkit|vfkit) exited unexpectedly with exit code",
        ("exited", "unexpectedly"),
        certainty=0.85,
    ),
)


def check(runtimes: Runtimes) -> Symptom | None:
    provider, memory = runtimes.podman_provider, runtimes.podman_memory_gib
    if provider in ("applehv", "qemu"):
        what = f"The Podman machine is of the kind {provider}, which has no graphics chip."
        return Symptom(what, (Evidence("command:podman machine info", provider),), 0.95)
    if provider and memory is not None and memory < MIN_MEMORY_GIB:
        what = f"The Podman machine has {memory:g} GiB of memory, too little for a model."
        return Symptom(what, (Evidence("command:podman machine list", f"{memory:g} GiB"),), 0.85)
    return None
