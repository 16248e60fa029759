"""The kernel's driver for the AMD card is loaded.

Why: an add-on driver that could not be built for the running kernel, a boot option such as
nomodeset, or missing firmware leaves the card without a driver, and nothing can compute on it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import AMD, Drivers
from ...probes.host import Host
from ._fixes import LINUX, boot_line, by_family, on_host

KFD = "/dev/kfd"

PROBLEM = Problem(
    title="The kernel driver of the AMD card is not loaded.",
    seen="After ROCm was installed the screen has a low resolution and no program finds the AMD card.",
    why="The add-on driver was not built for the running kernel, or a boot option keeps drivers out, so nothing takes charge of the card.",
    fixes=(
        Fix(
            "Load the driver. If that fails, the reason is in these lines: an add-on driver that is only `added`, not `installed`, or nomodeset on the boot line.",
            (
                "sudo modprobe amdgpu || { dkms status; cat /proc/cmdline; sudo dmesg | grep -i amdgpu; }",
            ),
            needs_root=True,
            proof="ls /sys/module/amdgpu",
            where=Where(systems=LINUX, container=False),
        ),
        *by_family(
            "Use the driver that comes with the kernel in place of the add-on one, and restart.",
            {
                "debian": (
                    "sudo apt remove amdgpu-dkms",
                    "sudo amdgpu-install --usecase=rocm --no-dkms",
                ),
                "rhel": (
                    "sudo dnf remove amdgpu-dkms",
                    "sudo amdgpu-install --usecase=rocm --no-dkms",
                ),
                "suse": (
                    "sudo zypper remove amdgpu-dkms",
                    "sudo amdgpu-install --usecase=rocm --no-dkms",
                ),
                "arch": ("sudo pacman -Syu linux-firmware",),
            },
            proof="ls /sys/module/amdgpu",
        ),
        *boot_line(
            "If the boot line holds nomodeset, remove it (with GRUB), and restart.",
            remove=("nomodeset",),
        ),
        on_host("ls /sys/module/amdgpu"),
    ),
    sources=(
        "https://github.com/ROCm/legacy-rocm-build/issues/1888",
        "https://github.com/ROCm/amdgpu/issues/115",
        "https://github.com/ROCm/legacy-rocm-build/issues/557",
    ),
    likelihood=0.5,
    systems=LINUX,
    confused_with=("amd-kfd-device-missing",),
)
#: Ollama's debug log says so on every machine without an AMD card too.
OTHER_CARD = (
    (
        r"library=\"?(?:cuda|metal|oneapi|vulkan)|GPU-[0-9a-f]{8}|CUDA freeMem|compute[ =]capability"
        r"|releasing (?:nvcuda|cuda driver|cudart) library"
        r"|\bcu[A-Z]?\w{1,30} err\b|(?:init|initialization) failure|(?-i:NVIDIA|GeForce|Nvidia GPU)"
    ),
)
#: The card is AMD's, however the text names it.
AMD_CARD = (r"amdgpu|Advanced Micro Devices|\[AMD|\[1002:|Radeon|rocm|\bkfd\b",)

SIGNATURES = (
    Signature(
        r"amdgpu driver not detected /sys/module/amdgpu",
        ("amdgpu", "detected"),
        certainty=0.95,
        unless=OTHER_CARD,
    ),
    Signature(r"ROCk module is NOT (?:loaded|live)", ("rock", "module", "not"), certainty=0.97),
    Signature(
        r"(?:FATAL|ERROR): Module amdgpu not found",
        ("amdgpu", "found", "module", "not"),
        certainty=0.95,
    ),
    Signature(
        r"could not insert '?amdgpu'?:",
        ("amdgpu", "could", "insert", "not"),
        certainty=0.95,
        also=(r"modprobe",),
    ),
    Signature(
        r"nomodeset detected in kernel parameters.{0,10}amdgpu requires KMS",
        ("nomodeset", "amdgpu"),
        certainty=0.96,
    ),
    Signature(r"VGACON disables? amdgpu kernel modesetting", ("vgacon", "amdgpu"), certainty=0.95),
    Signature(
        r"booted with nomodeset\. This means your GPU drivers are DISABLED",
        ("nomodeset", "disabled"),
        certainty=0.85,
        also=(r"amdgpu|radeon|\bAMD\b|ATI\]",),
    ),
    Signature(
        r"Consult /var/lib/dkms/amdgpu\S*/make\.log",
        ("amdgpu", "consult", "dkms", "lib", "log", "make", "var"),
        certainty=0.94,
    ),
    Signature(
        r"autoinstall on \S+ failed for amdgpu",
        ("amdgpu", "autoinstall", "failed", "for", "on"),
        certainty=0.94,
        also=(r"dkms",),
    ),
    Signature(
        r"installed amdgpu-dkms package post-installation script",
        ("amdgpu", "dkms", "installation", "installed", "package", "post", "script"),
        certainty=0.94,
    ),
    Signature(
        r"Bad return status for module build",
        ("bad", "return", "status", "module", "build"),
        certainty=0.88,
        also=(r"amdgpu|rock-dkms",),
    ),
    Signature(r"^amdgpu[/,] ?[\w.-]+: ?added", ("amdgpu", "added"), certainty=0.9),
    Signature(
        r"amdgpu: (?:Unknown symbol|disagrees about version of symbol|version magic)",
        ("amdgpu",),
        certainty=0.93,
    ),
    Signature(
        r"amdgpu: Fatal error during GPU init",
        ("amdgpu", "during", "error", "fatal", "gpu", "init"),
        certainty=0.85,
    ),
    Signature(
        r"driver amdgpu failed with error",
        ("amdgpu", "driver", "error", "failed", "with"),
        certainty=0.85,
    ),
    Signature(r"amdgpu: probe of \S+ failed", ("amdgpu", "failed", "of", "probe"), certainty=0.85),
    Signature(
        r"Direct firmware load for amdgpu/\S+ failed with error",
        ("amdgpu", "firmware", "failed"),
        certainty=0.75,
        unless=(r"kfd: (?:amdgpu: )?added device",),
    ),
    Signature(
        r"amdgpu not found in modules",
        ("amdgpu", "not", "found", "in", "modules"),
        certainty=0.95,
    ),
    Signature(
        r"check amdgpu version and module status",
        ("check", "amdgpu", "version", "module", "status"),
        certainty=0.9,
    ),
    Signature(
        r"for module amdgpu includes a BUILD_EXCLUSIVE directive",
        ("module", "amdgpu", "build_exclusive", "directive"),
        certainty=0.94,
    ),
    Signature(
        r"kernel headers for this kernel do not seem to be installed",
        ("kernel", "headers", "seem", "installed"),
        certainty=0.86,
        also=(r"amdgpu|rock-dkms",),
        unless=(r"nvidia",),
    ),
    Signature(
        r"Kernel modules:.{0,40}\bamdgpu\b",
        ("kernel", "modules", "amdgpu"),
        certainty=0.86,
        also=(r"Advanced Micro Devices|\[AMD|\[1002:",),
        unless=(r"Kernel driver in use: (?:amdgpu|radeon|vfio-pci|pci-stub)",),
    ),
    Signature(
        r"(?:early|sw|hw|late)_init of IP block <\w+> failed",
        ("of", "ip", "block", "failed"),
        certainty=0.88,
    ),
    Signature(
        r"Booted with the nomodeset parameter",
        ("booted", "with", "nomodeset", "parameter"),
        certainty=0.86,
        also=AMD_CARD,
        unless=(r"NVRM|nvidia",),
    ),
    Signature(
        r"(?:^|:)\s*blacklist amdgpu\s*$|\bblacklist=(?:[\w,-]+,)?amdgpu\b|\bamdgpu\.modeset=0",
        ("amdgpu",),
        certainty=0.88,
    ),
    Signature(
        r"firmware: failed to load amdgpu/",
        ("firmware", "failed", "load", "amdgpu"),
        certainty=0.76,
        unless=(r"kfd: (?:amdgpu: )?added device",),
    ),
    Signature(
        r"could not insert module \S{0,120}amdgpu\.ko",
        ("could", "not", "insert", "module", "ko"),
        certainty=0.94,
    ),
    Signature(
        r"Device-\d+: AMD .{0,120}driver: N/A",
        ("amd", "driver"),
        certainty=0.88,
    ),
    Signature(
        r"display(?::\d+)? UNCLAIMED",
        ("display", "unclaimed"),
        certainty=0.85,
        also=(r"vendor: Advanced Micro Devices",),
        unless=(r"vendor: NVIDIA",),
    ),
    Signature(
        r"AMDSMI_STATUS_DRIVER_NOT_LOADED", ("amdsmi_status_driver_not_loaded",), certainty=0.93
    ),
    Signature(
        r"/sys/module/amdgpu/initstate: No such file",
        ("amdgpu", "initstate", "no", "such", "file"),
        certainty=0.93,
    ),
)
#: A card that is set aside for a virtual machine, or that an older driver drives, needs no amdgpu.
OTHER_DRIVERS = ("amdgpu", "radeon", "vfio-pci", "pci-stub", "fglrx")


def check(drivers: Drivers, host: Host) -> Symptom | None:
    free = [card for card in drivers.of(AMD) if card.driver not in OTHER_DRIVERS]
    told = [card for card in free if card.driver == ""]
    loaded = drivers.is_loaded("amdgpu")
    if (
        not free
        or host.wsl
        or loaded
        or (loaded is None and not (told and drivers.is_missing(KFD)))
    ):
        return None
    card = (told or free)[0]
    blocked = " The boot line holds nomodeset." if "nomodeset" in drivers.command_line else ""
    return Symptom(
        f"The AMD card {card.label} is on the bus, but amdgpu is not loaded.{blocked}",
        (Evidence(card.source, card.label),),
        certainty=0.95,
    )
