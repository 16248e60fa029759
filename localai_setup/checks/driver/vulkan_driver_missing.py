"""A usable Vulkan driver is installed.

Why: Vulkan's loader finds no driver for the graphics card, or none that this system (or container)
lets it see; each program of the Vulkan build then stops at its start.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import LINUX, by_family

PROBLEM = Problem(
    title="The engine wants Vulkan, but no usable Vulkan driver is installed.",
    seen="The Vulkan engine stops at its start, or lists no device.",
    why="Vulkan's loader finds no driver for the graphics card: none is installed, or the container does not see it.",
    fixes=(
        *by_family(
            "Install Mesa's drivers (AMD, Intel) and look at the list of devices; a card of NVIDIA's needs NVIDIA's driver.",
            {
                "debian": ("sudo apt install mesa-vulkan-drivers vulkan-tools",),
                "rhel": ("sudo dnf install vulkan-loader mesa-vulkan-drivers vulkan-tools",),
                "arch": (
                    "sudo pacman -S vulkan-icd-loader vulkan-radeon vulkan-intel vulkan-tools",
                ),
                "suse": (
                    "sudo zypper install libvulkan1 libvulkan_radeon libvulkan_intel vulkan-tools",
                ),
            },
            proof="vulkaninfo --summary",
            reboot=False,
            inside=True,
        ),
        Fix(
            "Give a container the render devices (AMD, Intel), or an NVIDIA card with all its capabilities.",
            (
                "docker run --rm --device /dev/dri ghcr.io/ggml-org/llama.cpp:server-vulkan --list-devices",
                "docker run --rm --gpus all -e NVIDIA_DRIVER_CAPABILITIES=all ghcr.io/ggml-org/llama.cpp:server-vulkan --list-devices",
            ),
            proof="llama-server --list-devices",
            where=Where(systems=LINUX),
        ),
        Fix(
            "On Windows install the newest driver from the card's maker (AMD, Intel or NVIDIA); it brings Vulkan.",
            proof="llama-server --list-devices",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Or compute on the processor (model.gguf stands for your model).",
            ("llama-server -m model.gguf --device none",),
            proof="llama-server --version",
        ),
    ),
    sources=(
        "https://github.com/ggml-org/llama.cpp/issues/11493",
        "https://github.com/b4rtaz/distributed-llama/issues/50",
        "https://github.com/open-webui/desktop/issues/236",
    ),
    likelihood=0.5,
    confused_with=("vulkan-software-renderer-only", "vulkan-container-image-regressed"),
)

SIGNATURES = (
    Signature(r"ErrorIncompatibleDriver", ("errorincompatibledriver",), certainty=0.96),
    Signature(r"IncompatibleDriverError", ("incompatibledrivererror",), certainty=0.96),
    Signature(
        r"VK_ERROR_INCOMPATIBLE_DRIVER",
        ("vk_error_incompatible_driver",),
        certainty=0.96,
        unless=(r"deviceName\s*=",),  # one of several drivers, and another one works
    ),
    Signature(r"\bERROR_INCOMPATIBLE_DRIVER", ("error_incompatible_driver",), certainty=0.96),
    Signature(r"Found no drivers!", ("found", "no", "drivers"), certainty=0.95),
    Signature(
        r"Cannot create Vulkan instance|often caused by a faulty installation of the Vulkan driver",
        ("vulkan",),
        certainty=0.95,
    ),
    Signature(
        r"Failed to detect any valid GPUs in the current config",
        ("detect", "valid", "gpus"),
        certainty=0.93,
    ),
    Signature(
        r"libvulkan\.so(?:\.1)?: cannot open shared object", ("libvulkan", "cannot"), certainty=0.95
    ),
    Signature(
        r"vulkan-1\.dll\S* (?:was )?not found|(?:missing|find|load) \S*vulkan-1\.dll",
        ("vulkan", "dll"),
        certainty=0.9,
    ),
    Signature(
        r"ggml_vulkan: (?:No devices found|Found 0 Vulkan devices)",
        ("ggml_vulkan",),
        certainty=0.88,
    ),
    Signature(
        r"Failed to CreateInstance in ICD|Skipping ICD",
        ("icd",),
        certainty=0.78,
        unless=(r"Found [1-9]\d* Vulkan devices|deviceName\s*=",),
    ),
    Signature(
        r"(?:no|not find any|0) Vulkan[- ](?:devices?|drivers?|capable|compatible)|No suitable Vulkan",
        ("vulkan",),
        certainty=0.85,
    ),
    Signature(
        r"Unable to retrieve (?:list of )?(?:available |all )*GPU devices",
        ("unable", "retrieve", "gpu", "devices"),
        certainty=0.8,
    ),
    Signature(
        r"vkEnumeratePhysicalDevices.{0,60}(?:fail|returned|ERROR_INITIALIZATION)",
        ("vkenumeratephysicaldevices",),
        certainty=0.85,
    ),
    Signature(
        r"createInstance: Error(?:InitializationFailed|ExtensionNotPresent|LayerNotPresent)",
        ("createinstance",),
        certainty=0.9,
    ),
    Signature(
        r"Cannot find a compatible Vulkan",
        ("cannot", "find", "a", "compatible", "vulkan"),
        certainty=0.93,
    ),
    Signature(
        r"failed to load (?:the )?vulkan (?:loader|library)",
        ("failed", "to", "load", "vulkan"),
        certainty=0.88,
    ),
    Signature(
        r"Failed loading library associated with ICD JSON",
        ("failed", "loading", "library", "icd", "json"),
        certainty=0.8,
        unless=(r"Found [1-9]\d* Vulkan devices|deviceName\s*=",),
    ),
    Signature(
        r"vkCreateInstance\b.{0,30}(?:failed|returned).{0,20}-(?:3|9)\b",
        ("vkcreateinstance",),
        certainty=0.86,
    ),
    Signature(
        r"createDevice: Error(?:InitializationFailed|IncompatibleDriver)",
        ("createdevice",),
        certainty=0.78,
    ),
    Signature(r"Vulkan: Loader not found", ("vulkan", "loader", "not", "found"), certainty=0.88),
)
