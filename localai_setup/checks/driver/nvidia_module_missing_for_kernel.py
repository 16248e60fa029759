"""The NVIDIA module exists for the running kernel.

Why: each kernel needs its own copy of the module. After a kernel update there is none where DKMS or
the kernel's headers are absent, or where the build went wrong.
"""

from __future__ import annotations

from ...model.finding import Cleared, Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import Drivers
from ...probes.host import Host
from ._fixes import INSTALL_NVIDIA_OPEN, LINUX, LOSES, RESTART, by_family, on_host, on_windows

PROBLEM = Problem(
    title="The NVIDIA driver was not built for the running kernel.",
    seen="After a kernel update `nvidia-smi` cannot reach the driver.",
    why="Each kernel needs its own copy of the module; DKMS or the kernel's headers are absent, or the build for this kernel went wrong.",
    fixes=(
        *by_family(
            "Install the kernel's headers, build the module again, and load it.",
            {
                "debian": (
                    "sudo apt install dkms linux-headers-$(uname -r)",
                    "sudo dkms autoinstall",
                    "sudo modprobe nvidia",
                ),
                "rhel": (
                    "sudo dnf install kernel-devel-$(uname -r)",
                    "sudo akmods --force",
                    "sudo modprobe nvidia",
                ),
                "suse": (
                    "sudo zypper install kernel-default-devel",
                    "sudo zypper install --force nvidia-open-driver-G06-signed-kmp-default",
                    "sudo modprobe nvidia",
                ),
            },
            proof="nvidia-smi",
            reboot=False,
        ),
        *by_family(
            "Bring the system, the headers and the module to one version, and restart.",
            {"arch": INSTALL_NVIDIA_OPEN["arch"]},
            proof="nvidia-smi",
        ),
        Fix(
            "Ubuntu may have the module ready-made instead: fetch the one for the newest kernel, and restart.",
            ("sudo ubuntu-drivers install", RESTART),
            needs_root=True,
            reboot=True,
            loses=LOSES,
            proof="nvidia-smi",
            where=Where(systems=LINUX, families=("debian",), wsl=False, container=False),
        ),
        Fix(
            "If the build fails, its log says why; until that is mended, start the previous kernel from the boot menu.",
            (
                "dkms status",
                "tail -n 40 /var/lib/dkms/nvidia/*/build/make.log /var/cache/akmods/nvidia/*.log",
            ),
            proof="nvidia-smi",
            where=Where(systems=LINUX, wsl=False, container=False),
        ),
        on_windows(),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/NVIDIA/nvidia-docker/issues/365",
        "https://github.com/CachyOS/linux-cachyos/issues/118",
        "https://github.com/GoogleCloudPlatform/compute-gpu-installation/pull/18",
        "https://github.com/qixuema/envs/issues/4",
        "https://github.com/junxnone/tio/issues/206",
        "https://github.com/Frogging-Family/nvidia-all/issues/259",
        "https://github.com/M-Bab/linux-kernel-amdgpu-binaries/issues/101",
    ),
    likelihood=0.7,
    systems=LINUX,
    confused_with=(
        "nvidia-driver-not-installed",
        "nvidia-module-unsigned-secure-boot",
        "nvidia-nouveau-holds-gpu",
    ),
)
NVIDIA_DKMS = (r"nvidia",)

SIGNATURES = (
    Signature(
        r"(?<!modinfo: ERROR: )Module nvidia[\w-]*(?:/\S+)? not found",
        ("module", "found"),
        certainty=0.95,
    ),
    Signature(r"module not found: 'nvidia\w*'", ("module", "found", "not"), certainty=0.93),
    Signature(
        r"NVIDIA kernel module missing\. Falling back to nouveau",
        ("nvidia", "module", "missing"),
        certainty=0.95,
    ),
    Signature(
        r"Consult /var/lib/dkms/nvidia\S*/make\.log|autoinstall on \S+ failed for nvidia"
        r"|Missing \S+ kernel headers for module nvidia",
        ("nvidia",),
        certainty=0.94,
    ),
    Signature(
        r"Bad return status for module build",
        ("bad", "return", "status", "module", "build"),
        certainty=0.9,
        also=NVIDIA_DKMS,
    ),
    Signature(
        r"Your kernel headers for kernel \S+ cannot be found",
        ("kernel", "headers", "cannot", "found"),
        certainty=0.92,
        unless=(r"amdgpu|t150|v4l2|zfs|virtualbox",),
    ),
    Signature(r"^nvidia[\w-]*[/,] ?[\d.]+: ?added", ("nvidia", "added"), certainty=0.92),
    Signature(
        r"Unable to find the kernel source tree",
        ("find", "kernel", "source", "the", "to", "tree", "unable"),
        certainty=0.9,
    ),
    Signature(
        r"kernel source path .{0,60}(?:invalid|not exist)",
        ("kernel", "path", "source"),
        certainty=0.9,
    ),
    Signature(
        r"Unable to build the NVIDIA kernel module",
        ("build", "kernel", "module", "nvidia", "the", "to", "unable"),
        certainty=0.9,
    ),
    Signature(
        r"/lib/modules/\S{1,120}/nvidia[\w-]{0,20}\.ko",
        ("modules", "nvidia", "ko"),
        certainty=0.88,
        also=(r"Linux \S+ \d+\.\d+|uname|couldn.t communicate",),
        unless=(r"NVRM",),
    ),
    Signature(
        r"(?:version magic|disagrees about version of symbol).{0,80}",
        ("version",),
        certainty=0.85,
        also=(r"nvidia",),
    ),
    Signature(
        r"initialize NVML: Driver Not Loaded",
        ("driver", "initialize", "loaded", "not", "nvml"),
        certainty=0.85,
    ),
    Signature(r"NVML_ERROR_DRIVER_NOT_LOADED", ("nvml_error_driver_not_loaded",), certainty=0.85),
    Signature(
        r"nvml error: driver not loaded",
        ("driver", "error", "loaded", "not", "nvml"),
        certainty=0.85,
    ),
    Signature(
        r"couldn.t communicate with the NVIDIA driver",
        ("communicate", "nvidia", "driver"),
        certainty=0.7,
        unless=(
            r"NVRM|nouveau|Key was rejected|SecureBoot enabled|prime-select|integrated|\(rev ff\)",
        ),
    ),
    Signature(
        r"modinfo: ERROR: Module nvidia[\w-]* not found",
        ("modinfo", "error", "module", "not", "found"),
        certainty=0.82,
    ),
    Signature(
        r"could not insert '?nvidia\w*'?: (?:Exec format error|Unknown symbol|Invalid module format)",
        ("could", "not", "insert"),
        certainty=0.985,
    ),
    Signature(
        r"kernel headers for this kernel do not seem to be installed",
        ("kernel", "headers", "seem", "installed"),
        certainty=0.92,
        also=NVIDIA_DKMS,
    ),
    Signature(
        r"Building and installing nvidia[\w-]{0,12}kmod\b.{0,80}FAILED",
        ("building", "and", "installing", "failed"),
        certainty=0.94,
    ),
    Signature(
        r"akmods/nvidia\S{0,80}\.failed\.log",
        ("akmods", "failed", "log"),
        certainty=0.94,
    ),
    Signature(
        r"performing the step: .{0,2}Building kernel modules",
        ("performing", "the", "step", "building", "kernel", "modules"),
        certainty=0.9,
    ),
    Signature(
        r"Failed to run .{0,40}\bdkms (?:build|install|add) -m nvidia",
        ("failed", "to", "run", "dkms"),
        certainty=0.93,
    ),
    Signature(
        r"Failed to install the kernel module through DKMS",
        ("failed", "install", "kernel", "module", "dkms"),
        certainty=0.93,
    ),
    Signature(
        r"GPL-incompatible module nvidia[\w-]*\.ko",
        ("gpl", "incompatible", "module", "ko"),
        certainty=0.94,
    ),
    Signature(
        r"\bnvidia(?:-\w+)?/\S{1,80}\.[ch]:\d+:\d+: (?:fatal )?error:",
        ("nvidia", "error"),
        certainty=0.93,
    ),
    Signature(
        r"for module nvidia[\w-]* includes a BUILD_EXCLUSIVE directive",
        ("module", "build_exclusive", "directive"),
        certainty=0.94,
    ),
    Signature(
        r"The kernel header file \S{1,120} does not exist",
        ("kernel", "header", "file", "does", "not", "exist"),
        certainty=0.88,
    ),
    Signature(
        r"dracut-install: (?:ERROR|Failed).{0,80}\bnvidia\b",
        ("dracut", "install", "nvidia"),
        certainty=0.85,
    ),
    Signature(
        r"Unable to locate package linux-headers-",
        ("unable", "locate", "package", "linux", "headers"),
        certainty=0.85,
        also=NVIDIA_DKMS,
    ),
    Signature(
        r"Unable to load the kernel module 'nvidia\.ko'",
        ("unable", "load", "kernel", "module", "nvidia", "ko"),
        certainty=0.72,
        unless=(r"already bound|nouveau|Key was|NVRM|secure boot|signed",),
    ),
    Signature(
        r"Package .nvidia-x11-\S+ .{0,60}marked as broken",
        ("package", "x11", "marked", "as", "broken"),
        certainty=0.9,
    ),
    Signature(
        r"could not insert '?nvidia\w*'?: Invalid argument",
        ("could", "not", "insert"),
        certainty=0.86,
    ),
)


def check(drivers: Drivers, host: Host) -> Symptom | Cleared | None:
    if drivers.lacks_nvidia and not host.wsl:
        return Cleared("no card of NVIDIA's is on the bus")
    others = drivers.built_for - {drivers.kernel}
    silent = "communicate with the NVIDIA driver" in drivers.nvidia_smi
    unloaded = drivers.is_loaded("nvidia") is False or silent
    if host.wsl or not drivers.kernel or not others or len(others) < len(drivers.built_for):
        return None
    if not unloaded:
        return None
    newest = max(others)
    return Symptom(
        f"NVIDIA's module was built for kernel {newest}; the running kernel is {drivers.kernel}.",
        (Evidence("command:uname -r", drivers.kernel), Evidence("modules", newest)),
        certainty=0.97,
    )
