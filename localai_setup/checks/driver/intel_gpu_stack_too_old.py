"""Kernel, firmware and compute runtime know the Intel card.

Why: an Intel card works only where the kernel's driver, its firmware and the compute runtime all
know it; the oldest of them decides.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import INTEL, Drivers
from ...probes.host import Host
from ._fixes import LINUX, by_family, on_host, vulkan_instead

PROBLEM = Problem(
    title="The Intel graphics software is older than the card or the container needs.",
    seen="The Intel card is noticed, but models fail to load or the runner quits at once.",
    why="Kernel, graphics firmware, compute runtime and oneAPI must all know the card; one of them (often the host's kernel) is too old.",
    fixes=(
        *by_family(
            "Bring kernel, firmware and compute runtime up to date, and restart (Debian 12 and 13 have no libze-intel-gpu1: there install the .deb files of github.com/intel/compute-runtime/releases).",
            {
                "debian": (
                    "sudo apt update",
                    "sudo apt full-upgrade",
                    "sudo apt install intel-opencl-icd libze-intel-gpu1 libze1",
                ),
                "rhel": (
                    "sudo dnf upgrade --refresh",
                    "sudo dnf install intel-compute-runtime intel-level-zero",
                ),
                "arch": ("sudo pacman -Syu intel-compute-runtime level-zero-loader",),
                "suse": (
                    "sudo zypper update kernel-default kernel-firmware-i915",
                    "sudo zypper install intel-opencl libze_intel_gpu1",
                ),
            },
            proof="sycl-ls",
        ),
        Fix(
            "If that is not enough, the kernel is too old for the card, and a newer system release helps: Arc A needs 6.2, current containers 6.5, Arc B needs 6.12.",
            ("uname -r", "lspci -nnk | grep -A3 -i -e vga -e display"),
            proof="uname -r",
            where=Where(systems=LINUX),
        ),
        on_host("uname -r"),
        vulkan_instead(),
    ),
    sources=(
        "https://github.com/intel/compute-runtime/issues/949",
        "https://github.com/intel/compute-runtime/issues/947",
        "https://github.com/intel/ipex-llm/issues/12994",
        "https://github.com/geerlingguy/raspberry-pi-pcie-devices/issues/779",
        "https://github.com/eleiton/ollama-intel-arc/issues/23",
        "https://github.com/intel/ipex-llm/issues/13284",
    ),
    likelihood=0.5,
    systems=LINUX,
    confused_with=("intel-sycl-no-device", "intel-igpu-zero-memory"),
)
INTEL_WORDS = (
    r"using Intel GPU|SYCL|oneapi|ipex|level.?zero|Intel\(R\) (?:Arc|Iris|Graphics)|\bxpu\b",
)

SIGNATURES = (
    Signature(r"could not create an engine", ("could", "not", "create", "engine"), certainty=0.9),
    Signature(
        r"Your graphics device [0-9a-f]{4} is not properly supported by",
        ("graphics", "device", "properly", "supported"),
        certainty=0.95,
    ),
    Signature(
        r"Your graphics device [0-9a-f]{4} is not officially supported",
        ("graphics", "device", "officially", "supported"),
        certainty=0.85,
        unless=(r"Initialized i915|i915 \S+: \[drm\]|Initialized xe",),
    ),
    Signature(
        r"(?:GuC|HuC|GSC|DMC) firmware \S+:? (?:fetch failed|not found|\(\S+\) is (?:required|recommended))"
        r"|Direct firmware load for (?:i915|xe)/\S+ failed",
        ("firmware",),
        certainty=0.78,
        unless=(r"Initialized (?:i915|xe) ",),
    ),
    Signature(r"GuC initialization failed", ("failed", "guc", "initialization"), certainty=0.85),
    Signature(r"GuC (?:is uninitialized|load failed)", ("guc",), certainty=0.85),
    Signature(r"Failed to load GuC", ("failed", "guc", "load", "to"), certainty=0.85),
    Signature(
        r"runner process has terminated: exit status 2\b",
        ("terminated", "exit", "status", "2"),
        certainty=0.88,
        also=INTEL_WORDS,
    ),
    Signature(
        r"inference compute.{0,20}\bid=\S+ library=cpu",
        ("inference", "library", "cpu"),
        certainty=0.8,
        also=(r"using Intel GPU",),
    ),
    Signature(
        r"The program was built for \d+ devices", ("program", "built", "devices"), certainty=0.85
    ),
    Signature(
        r"Abort was called at \d+ line in file",
        ("abort", "called", "line", "file"),
        certainty=0.85,
    ),
    *(
        Signature(rf"{error}\b", (error.lower(),), certainty=0.82)
        for error in (
            "UR_RESULT_ERROR_DEVICE_LOST",
            "UR_RESULT_ERROR_UNSUPPORTED_FEATURE",
            "UR_RESULT_ERROR_UNINITIALIZED",
            "UR_RESULT_ERROR_UNKNOWN",
            "UR_RESULT_ERROR_PROGRAM_BUILD_FAILURE",
            "PI_ERROR_BUILD_PROGRAM_FAILURE",
            "PI_ERROR_UNKNOWN",
            "PI_ERROR_INVALID_BINARY",
            "UR_RESULT_ERROR_UNSUPPORTED_VERSION",
            "UR_RESULT_ERROR_INVALID_BINARY",
            "ZE_RESULT_ERROR_MODULE_BUILD_FAILURE",
            "ZE_RESULT_ERROR_UNSUPPORTED_FEATURE",
            "ZE_RESULT_ERROR_UNSUPPORTED_VERSION",
            "ZE_RESULT_ERROR_DEPENDENCY_UNAVAILABLE",
            "ZE_RESULT_ERROR_DEVICE_LOST",
        )
    ),
    Signature(
        r"Native API (?:failed|returns: -?\d+)",
        ("native", "api"),
        certainty=0.75,
        unless=(r"DEVICE_NOT_FOUND|No device of requested type",),
    ),
    Signature(
        r"architecture is not supported by sycl_ext_oneapi_device_architecture",
        ("architecture", "is", "not", "supported", "by", "sycl_ext_oneapi_device_architecture"),
        certainty=0.92,
    ),
    Signature(
        r"probe with driver (?:xe|i915) failed with error",
        ("probe", "with", "driver", "failed", "error"),
        certainty=0.86,
    ),
    Signature(
        r"(?:xe|i915): probe of \S+ failed with error",
        ("probe", "of", "failed", "with", "error"),
        certainty=0.86,
    ),
    Signature(
        r"(?:\bxe|\bi915) .{0,80}GuC (?:mmio request|load|init\w*).{0,40}fail",
        ("guc",),
        certainty=0.85,
    ),
    Signature(
        r"could not create a primitive",
        ("could", "not", "create", "a", "primitive"),
        certainty=0.84,
        also=INTEL_WORDS,
    ),
    Signature(
        r"Could not determine device target: \w+",
        ("could", "not", "determine", "device", "target"),
        certainty=0.9,
    ),
    Signature(
        r"Cannot get HW Info for device",
        ("cannot", "get", "hw", "info", "for", "device"),
        certainty=0.9,
    ),
    Signature(
        r"CL_BUILD_PROGRAM_FAILURE",
        ("cl_build_program_failure",),
        certainty=0.85,
        also=(r"intel|openvino|ipex|\[GPU\]",),
    ),
    Signature(
        r"IGC: Internal Compiler Error",
        ("igc", "internal", "compiler", "error"),
        certainty=0.88,
    ),
    Signature(
        r"Exception caught at file:\S{0,120}ggml-sycl",
        ("exception", "caught", "at", "file", "sycl"),
        certainty=0.62,
        unless=(r"DEVICE_NOT_FOUND|OUT_OF_(?:DEVICE|HOST|RESOURCES)",),
    ),
)
#: First and last PCI number of a family → the first kernel that drives it.
NEEDED = (
    ((0x5690, 0x56FF), (6, 2), "Arc A"),
    ((0xE200, 0xE2FF), (6, 12), "Arc B"),
    ((0x6400, 0x64FF), (6, 12), "Lunar Lake graphics"),
    ((0x7D40, 0x7DFF), (6, 7), "Core Ultra graphics"),
)


def check(drivers: Drivers, host: Host) -> Symptom | None:
    if host.wsl or not drivers.release:
        return None
    for card in drivers.of(INTEL):
        for (first, last), kernel, family in NEEDED:
            known = first <= (card.device or 0) <= last and card.driver not in ("i915", "xe")
            if known and drivers.release < kernel:
                wanted = ".".join(map(str, kernel))
                return Symptom(
                    f"{family} needs kernel {wanted} or newer; this one is {drivers.kernel}, and no driver holds the card.",
                    (Evidence(card.source, card.label),),
                    certainty=0.93 if card.driver == "" else 0.85,
                )
    return None
