"""Vulkan offers the graphics card, not only an emulation.

Why: where the card's Vulkan driver is missing, or may not open its device files, Mesa's emulation
on the processor is the only device, and slower than an engine built for the processor.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import LINUX, by_family

PROBLEM = Problem(
    title="Vulkan offers only a software emulation in place of a graphics card.",
    seen="The Vulkan build claims to use a graphics device (llvmpipe), but is slower than the plain build for the processor.",
    why="The Vulkan driver of the card is missing or may not open its device files, so Mesa's emulation on the processor is the only device.",
    fixes=(
        *by_family(
            "Install or repair the card's Vulkan driver, join the render group, and log in again; a card of NVIDIA's needs NVIDIA's driver.",
            {
                "debian": (
                    "sudo apt install --reinstall mesa-vulkan-drivers vulkan-tools",
                    "sudo usermod -aG render,video $USER",
                ),
                "rhel": (
                    "sudo dnf install mesa-vulkan-drivers vulkan-tools",
                    "sudo usermod -aG render,video $USER",
                ),
                "arch": (
                    "sudo pacman -S vulkan-radeon vulkan-intel vulkan-tools",
                    "sudo usermod -aG render,video $USER",
                ),
                "suse": (
                    "sudo zypper install libvulkan_radeon libvulkan_intel vulkan-tools",
                    "sudo usermod -aG render,video $USER",
                ),
            },
            proof="vulkaninfo --summary",
            reboot=False,
            inside=True,
        ),
        Fix(
            "Give a container the render devices.",
            (
                "docker run --rm --device /dev/dri ghcr.io/ggml-org/llama.cpp:server-vulkan --list-devices",
            ),
            proof="llama-server --list-devices",
            where=Where(systems=LINUX),
        ),
        Fix(
            "A machine without a graphics card (many virtual ones) is better served by the processor alone (model.gguf stands for your model).",
            ("llama-server -m model.gguf --device none",),
            proof="llama-server --list-devices",
        ),
    ),
    sources=(
        "https://github.com/containers/ramalama/issues/955",
        "https://github.com/ggml-org/llama.cpp/pull/14099",
        "https://github.com/containers/ramalama/pull/1495",
        "https://github.com/ggml-org/llama.cpp/issues/5410",
        "https://github.com/b4rtaz/distributed-llama/issues/259",
        "https://github.com/ggml-org/llama.cpp/issues/5269",
    ),
    status="warn",
    likelihood=0.5,
    confused_with=("vulkan-driver-missing",),
)
EMULATION = r"(?:llvmpipe|lavapipe|SwiftShader|softpipe|Microsoft Basic Render)"
REAL = (
    r"PHYSICAL_DEVICE_TYPE_(?:DISCRETE|INTEGRATED|VIRTUAL)_GPU",
    rf"ggml_vulkan: \d+ = (?!{EMULATION})|Vulkan\d+: (?!{EMULATION})",
)

SIGNATURES = (
    Signature(
        rf"ggml_vulkan: \d+ = {EMULATION}|ggml_vulkan: Using {EMULATION}",
        ("ggml_vulkan",),
        certainty=0.98,
        unless=REAL,
    ),
    Signature(
        r"Device type is CPU\. This is probably not the device you want",
        ("device", "type", "cpu", "probably"),
        certainty=0.96,
        unless=REAL,
    ),
    *(
        Signature(rf"Vulkan0\b.{{0,20}}{name}", ("vulkan0", name), certainty=0.96, unless=REAL)
        for name in ("llvmpipe", "lavapipe", "swiftshader")
    ),
    Signature(
        r"deviceType\s*=\s*PHYSICAL_DEVICE_TYPE_CPU",
        ("devicetype", "physical_device_type_cpu"),
        certainty=0.94,
        unless=REAL,
    ),
    Signature(r"DRIVER_ID_MESA_LLVMPIPE", ("driver_id_mesa_llvmpipe",), certainty=0.9, unless=REAL),
    *(
        Signature(
            rf"(?:Device|deviceName|description)\s*[:=]\s*\"?{name}",
            (name,),
            certainty=0.93,
            unless=(*REAL, r"\(RADV |\(NVK |Intel\(R\)|GeForce"),
        )
        for name in ("llvmpipe", "lavapipe", "swiftshader")
    ),
    Signature(
        r"lavapipe is not a conformant vulkan implementation",
        ("lavapipe", "conformant"),
        certainty=0.75,
        unless=(*REAL, r"radv|Intel|NVIDIA"),
    ),
    Signature(r"LLVM ERROR: Cannot select", ("llvm", "error", "select"), certainty=0.85),
    Signature(r"In function: cs_co_variant", ("function", "cs_co_variant"), certainty=0.9),
    Signature(
        r"Vulkan0\b.{0,20}Microsoft Basic Render",
        ("vulkan0", "microsoft", "basic", "render"),
        certainty=0.96,
        unless=REAL,
    ),
    Signature(
        r"\bllvmpipe \(LLVM \d",
        ("llvmpipe", "llvm"),
        certainty=0.8,
        unless=(*REAL, r"OpenGL|NVIDIA|GeForce|RADV|Radeon|Intel\(R\)"),
    ),
)
