"""The oneAPI engine finds the Intel card.

Why: oneAPI reaches an Intel card through Level Zero or OpenCL. Without their packages, without the
oneAPI environment in this shell, or without leave to open the card's files, it sees none.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import INTEL, Drivers
from ...probes.logs import Logs
from ._fixes import LINUX, by_family, vulkan_instead

PROBLEM = Problem(
    title="The oneAPI engine finds no Intel card that it can use.",
    seen="The kernel's driver is loaded, but the oneAPI (SYCL) engine stops at its start or lists no card.",
    why="The compute driver in user space (Level Zero, OpenCL) is missing, the oneAPI environment is not switched on in this shell, or the user may not open the card.",
    fixes=(
        *by_family(
            "Install the compute driver, join the render group, and log in again (Debian 12 and 13 have no libze-intel-gpu1: there install the .deb files of github.com/intel/compute-runtime/releases).",
            {
                "debian": (
                    "sudo apt install libze-intel-gpu1 libze1 intel-opencl-icd",
                    "sudo usermod -aG render $USER",
                ),
                "rhel": (
                    "sudo dnf install intel-compute-runtime intel-level-zero oneapi-level-zero",
                    "sudo usermod -aG render $USER",
                ),
                "arch": (
                    "sudo pacman -S intel-compute-runtime level-zero-loader",
                    "sudo usermod -aG render $USER",
                ),
                "suse": (
                    "sudo zypper install intel-opencl libze_intel_gpu1 level-zero",
                    "sudo usermod -aG render $USER",
                ),
            },
            proof="sycl-ls",
            reboot=False,
            inside=True,
        ),
        Fix(
            "Switch the oneAPI environment on in this shell and list the devices; a line with level_zero:gpu must be there.",
            (". /opt/intel/oneapi/setvars.sh", "sycl-ls"),
            proof="sycl-ls",
            where=Where(systems=LINUX),
        ),
        Fix(
            "Give a container the render devices.",
            (
                "docker run --rm --device /dev/dri ghcr.io/ggml-org/llama.cpp:server-intel --list-devices",
            ),
            proof="sycl-ls",
            where=Where(systems=LINUX),
        ),
        vulkan_instead(),
    ),
    sources=(
        "https://github.com/intel/ipex-llm/issues/12420",
        "https://github.com/intel/ipex-llm/issues/12689",
        "https://github.com/intel/ipex-llm/issues/12652",
        "https://github.com/intel/ipex-llm/issues/13245",
        "https://github.com/ggml-org/llama.cpp/issues/7042",
        "https://github.com/ggml-org/llama.cpp/issues/9106",
    ),
    likelihood=0.55,
    systems=LINUX,
    confused_with=("intel-gpu-stack-too-old",),
)
ONEAPI = r"sycl|oneapi|level.?zero|ipex|intel"

SIGNATURES = (
    Signature(
        r"No device of requested type .{0,60}\bavailable",
        ("device", "requested", "type", "available"),
        certainty=0.96,
    ),
    Signature(
        r"can ?not find preferred GPU platform", ("preferred", "gpu", "platform"), certainty=0.96
    ),
    Signature(
        r"(?:found|detect(?:ed)?) 0 SYCL (?:devices|GPUs?)|no SYCL (?:devices?|GPU)"
        r"|no (?:usable |suitable )?SYCL",
        ("sycl",),
        certainty=0.95,
    ),
    Signature(
        r"main_gpu_id ?< ?g_all_sycl_device_count",
        ("g_all_sycl_device_count", "main_gpu_id"),
        certainty=0.9,
    ),
    Signature(r"sycl_device_count", ("sycl_device_count",), certainty=0.9),
    Signature(r"dpct::dev_mgr::dev_mgr", ("dev_mgr", "dpct"), certainty=0.9),
    Signature(
        r"\bERROR_DEVICE_NOT_FOUND",
        ("error_device_not_found",),
        certainty=0.9,
        also=(ONEAPI,),
    ),
    Signature(r"PI_ERROR_DEVICE_NOT_FOUND", ("pi_error_device_not_found",), certainty=0.94),
    Signature(
        r"UR_RESULT_ERROR_DEVICE_NOT_FOUND", ("ur_result_error_device_not_found",), certainty=0.94
    ),
    Signature(
        r"lib(?:sycl|ze_loader|ze_intel_gpu|ur_loader|ur_adapter\w{0,40}|mkl_sycl\w{0,40}|imf|svml|intlc|iomp5)\.so[.\d]*: cannot open shared object",
        ("cannot", "open", "shared", "object"),
        certainty=0.93,
    ),
    Signature(r"sycl-ls: (?:command )?not found", ("sycl", "ls", "found"), certainty=0.85),
    Signature(r"setvars\.sh: no such file", ("setvars", "no", "such"), certainty=0.88),
    Signature(
        r"No (?:OpenCL |SYCL |Level.Zero )?platforms? found",
        ("found", "no"),
        certainty=0.85,
        also=(ONEAPI,),
    ),
    Signature(
        r"Number of platforms\s+0\b",
        ("0", "number", "of", "platforms"),
        certainty=0.85,
        also=(ONEAPI,),
    ),
    Signature(r"ZE_RESULT_ERROR_UNINITIALIZED", ("ze_result_error_uninitialized",), certainty=0.9),
    Signature(r"\bzeInit\b.{0,40}(?:fail|0x78000001|error)", ("zeinit",), certainty=0.88),
    Signature(r"No XPU devices are available|XPU device count is zero", ("xpu",), certainty=0.92),
    Signature(
        r"unable to load oneapi management library", ("oneapi", "management"), certainty=0.85
    ),
    Signature(
        r"\[opencl:(?:cpu|acc)",
        ("opencl",),
        certainty=0.86,
        unless=(r"(?:level_zero|opencl|cuda|hip):gpu", r"\[\w+:gpu"),
    ),
    Signature(
        r"Failed to initialize XPU devices",
        ("failed", "to", "initialize", "xpu", "devices"),
        certainty=0.94,
    ),
    Signature(
        r"no supported devices found or an error happened during devices query",
        ("no", "supported", "devices", "found", "query"),
        certainty=0.92,
    ),
    Signature(
        r"Device with .?GPU.? name is not registered in the OpenVINO",
        ("device", "with", "name", "is", "not", "registered", "openvino"),
        certainty=0.92,
    ),
    Signature(
        r"\b(?:sycl\d*|ze_loader|ur_loader|mkl_sycl\w{0,20}(?:\.\d)?|svml_dispmd|libmmd)\.dll\S{0,2} (?:was |is )?(?:not found|missing)",
        ("dll",),
        certainty=0.92,
    ),
    Signature(
        r"No device discovered",
        ("no", "device", "discovered"),
        certainty=0.85,
        also=(rf"{ONEAPI}|xpu",),
    ),
    Signature(
        r"ggml_sycl_init: failed to initialize|failed to initialize:? ggml_sycl_init",
        ("ggml_sycl_init", "failed", "to", "initialize"),
        certainty=0.9,
    ),
    Signature(
        r"Torch not compiled with XPU enabled",
        ("torch", "not", "compiled", "with", "xpu", "enabled"),
        certainty=0.75,
    ),
)


def check(drivers: Drivers, logs: Logs) -> Symptom | None:
    driven = [card for card in drivers.of(INTEL) if card.driver in ("i915", "xe")]
    listed = next((t for k, t in logs.texts.items() if k.startswith("command:sycl-ls")), None)
    if not driven or listed is None or "gpu" in listed.lower():
        return None
    return Symptom(
        f"{driven[0].driver} drives {driven[0].label}, but sycl-ls lists no GPU.",
        (Evidence("command:sycl-ls", listed.strip()[:300] or "nothing"),),
        certainty=0.94,
    )
