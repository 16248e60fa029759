"""A usable Vulkan driver is installed.

Why: Vulkan's loader finds no driver for the graphics card.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The engine wants Vulkan, but no usable Vulkan driver is installed.",
    seen="The Vulkan engine stops at its start.",
    why="Vulkan's loader finds no driver for the graphics card.",
    fixes=(
        Fix(
            "Install Mesa's drivers (Debian, Ubuntu).",
            ("sudo apt install mesa-vulkan-drivers vulkan-tools",),
            needs_root=True,
            reboot=False,
            proof="vulkaninfo --summary",
        ),
    ),
    sources=(
        "https://github.com/ggml-org/llama.cpp/issues/11493",
        "https://github.com/b4rtaz/distributed-llama/issues/50",
        "https://github.com/open-webui/desktop/issues/236",
    ),
    confused_with=("vulkan-software-renderer-only", "vulkan-container-image-regressed"),
)

SIGNATURES = (
    Signature(r"ErrorIncompatibleDriver", ("errorincompatibledriver",), certainty=0.95),
    Signature(r"VK_ERROR_INCOMPATIBLE_DRIVER", ("vk_error_incompatible_driver",), certainty=0.95),
)
