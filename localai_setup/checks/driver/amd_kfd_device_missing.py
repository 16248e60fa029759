"""The AMD driver's compute interface /dev/kfd exists.

Why: without /dev/kfd the ROCm libraries cannot reach the card. A kernel without the compute part
of the driver, WSL, or a container that was not given the device lacks it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import AMD, Drivers
from ...probes.host import Host
from ._fixes import LINUX, by_family, vulkan_instead
from ._translated import NO_SUCH_FILE

PROBLEM = Problem(
    title="The AMD driver's compute interface does not exist on this system.",
    seen="The ROCm container refuses to start, or the AMD card is ignored.",
    why="The kernel's AMD driver is not loaded with its compute part, or this platform (WSL, some storage systems, a container) has none.",
    fixes=(
        Fix(
            "Load the driver and look for the device file.",
            ("sudo modprobe amdgpu", "ls -l /dev/kfd"),
            needs_root=True,
            proof="ls /dev/kfd",
            where=Where(systems=LINUX, wsl=False, container=False),
        ),
        *by_family(
            "If it is still absent, install the kernel's full set of drivers and the card's firmware, and restart (a small server or cloud kernel lacks them).",
            {
                "debian": (
                    "sudo apt install linux-modules-extra-$(uname -r) linux-firmware || sudo apt install linux-image-amd64 firmware-amd-graphics",
                ),
                "rhel": ("sudo dnf install kernel-modules linux-firmware",),
                "suse": ("sudo zypper install kernel-default kernel-firmware-amdgpu",),
                "arch": ("sudo pacman -Syu linux-firmware",),
            },
            proof="ls /dev/kfd",
        ),
        Fix(
            "On the host (which must have both): make the container anew with the devices.",
            (
                "docker rm -f ollama",
                "docker run -d --device /dev/kfd --device /dev/dri -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama:rocm",
            ),
            loses="What the old container works on is cut off; the models in the volume ollama stay.",
            proof="docker logs ollama",
            where=Where(systems=LINUX, wsl=False),
        ),
        Fix(
            "WSL has no /dev/kfd: use the engine's Windows version, which reaches the card itself.",
            ("winget.exe install Ollama.Ollama",),
            proof="ollama.exe ps",
            where=Where(wsl=True),
        ),
        vulkan_instead(),
    ),
    sources=(
        "https://github.com/hydrian/stable-diffusion-webui-rocm/issues/17",
        "https://github.com/IceWhaleTech/ZimaOS/issues/323",
        "https://github.com/l1na-forever/stable-diffusion-rocm-docker/issues/8",
        "https://github.com/AUTOMATIC1111/stable-diffusion-webui/issues/6837",
        "https://github.com/ROCm/legacy-rocm-build/issues/4062",
        "https://github.com/SirUli/homeassistant-ollama-addon/issues/309",
        "https://github.com/ollama/ollama/pull/6736",
    ),
    likelihood=0.6,
    systems=LINUX,
    confused_with=("amd-amdgpu-not-loaded", "amd-gpu-access-denied", "amd-container-gpu-blocked"),
)

SIGNATURES = (
    Signature(
        r"/dev/kfd.{0,40}no such file or directory",
        ("kfd", "no", "such", "file"),
        certainty=0.95,
    ),
    Signature(r"kfd driver not loaded", ("kfd", "driver", "loaded"), certainty=0.93),
    Signature(
        r"gathering device information while adding custom device .{0,3}/dev/kfd",
        ("gathering", "kfd"),
        certainty=0.96,
    ),
    Signature(
        r"/dev/kfd['\"’]? (?:is missing|not found|does not exist|doesn't exist|not present)"
        r"|(?:no|missing) /dev/kfd",
        ("kfd",),
        certainty=0.9,
    ),
    Signature(
        r"(?:stat|lstat|open|find) ['\"]?/dev/kfd['\"]?: (?:no such|not found)",
        ("kfd",),
        certainty=0.95,
    ),
    Signature(
        r"HSAKMT_STATUS_KERNEL_IO_CHANNEL_NOT_OPENED",
        ("hsakmt_status_kernel_io_channel_not_opened",),
        certainty=0.88,
    ),
    Signature(
        r"# CONFIG_HSA_AMD is not set",
        ("config_hsa_amd", "is", "not", "set"),
        certainty=0.93,
    ),
    Signature(
        r'Failed to mount "/dev/kfd',
        ("failed", "to", "mount", "kfd"),
        certainty=0.93,
    ),
    Signature(
        r"No such file or directory: '/dev/kfd'",
        ("no", "such", "file", "or", "directory", "kfd"),
        certainty=0.95,
    ),
    Signature(rf"/dev/kfd.{{0,30}}{NO_SUCH_FILE}", ("kfd",), certainty=0.94),
)


def check(drivers: Drivers, host: Host) -> Symptom | None:
    driven = [card for card in drivers.of(AMD) if card.driver == "amdgpu"]
    if drivers.there.get("/dev/kfd") is not False or not driven or host.wsl:
        return None
    return Symptom(
        f"amdgpu drives {driven[0].label}, but /dev/kfd does not exist.",
        (Evidence("stat:/dev/kfd", "missing"),),
        certainty=0.93,
        status="warn",
    )
