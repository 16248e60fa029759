"""The Vulkan container image sees the graphics card.

Why: The Vulkan software inside the new image does not drive this card; the host is unchanged.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

LIST_DEVICES = (
    "docker run --rm --device /dev/dri ghcr.io/ggml-org/llama.cpp:server-vulkan --list-devices"
)

PROBLEM = Problem(
    title="A newer Vulkan container image no longer sees the graphics card.",
    seen="Since pulling a newer server image everything runs on the processor; an older tag works on the same host.",
    why="The Vulkan software inside the new image does not drive this card; the host is unchanged.",
    fixes=(
        Fix(
            "Make sure that the container gets the card's device files, and list what the newest image sees.",
            ("docker pull ghcr.io/ggml-org/llama.cpp:server-vulkan", LIST_DEVICES),
            proof=LIST_DEVICES,
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "Use the last tag that worked until the image is repaired. The first line shows which are still here; b9570 is an example.",
            (
                "docker images ghcr.io/ggml-org/llama.cpp",
                "docker run --rm --device /dev/dri ghcr.io/ggml-org/llama.cpp:server-vulkan-b9570 --list-devices",
            ),
            proof="docker run --rm --device /dev/dri ghcr.io/ggml-org/llama.cpp:server-vulkan-b9570 --list-devices",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "The image cannot be changed from inside; see what it drives, and start another tag from the host.",
            ("/app/llama-server --list-devices",),
            proof="/app/llama-server --list-devices",
            where=Where(systems=("linux",), container=True),
        ),
    ),
    sources=(
        "https://github.com/ggml-org/llama.cpp/issues/23943",
        "https://github.com/ggml-org/llama.cpp/issues/24474",
        "https://github.com/mostlygeek/llama-swap/issues/864",
    ),
    likelihood=0.4,
    systems=("linux",),
    confused_with=("engine-build-cpu-only", "vulkan-driver-missing"),
)

IMAGE = r"(?:server|full|light)-vulkan|vulkan-b\d{4}|llama-swap:\S{0,80}vulkan|:vulkan\b"

SIGNATURES = (
    Signature(
        r"no usable GPU found, --(?:gpu-layers|n-gpu-layers) option will be ignored",
        ("usable", "gpu", "ignored"),
        certainty=0.98,
        also=(IMAGE,),
    ),
    Signature(
        r"no usable GPU found, --(?:gpu-layers|n-gpu-layers) option will be ignored",
        ("usable", "gpu", "ignored"),
        certainty=0.9,
    ),
    Signature(r"invalid device: Vulkan\d+", ("invalid", "device"), certainty=0.95),
    Signature(
        r"Available devices:\s*(?:\(none\)\s*)?\Z",
        ("available", "devices"),
        certainty=0.95,
        lines=3,
        also=(IMAGE,),
    ),
    Signature(
        r"ggml_vulkan: No devices found", ("ggml_vulkan", "devices"), certainty=0.95, also=(IMAGE,)
    ),
    Signature(
        rf"(?:{IMAGE}).{{0,120}}(?:broken|breaks|no longer|not detected|working)",
        ("vulkan",),
        certainty=0.93,
    ),
    Signature(
        r"(?:no longer|not) (?:being )?detected.{0,80}vulkan (?:docker|container|image)",
        ("vulkan", "detected"),
        certainty=0.93,
    ),
)
