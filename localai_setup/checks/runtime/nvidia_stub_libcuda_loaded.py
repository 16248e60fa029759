"""Programs load the real NVIDIA library, not its build-time stand-in.

Why: The toolkit's folder of build-time stand-ins comes before the real driver library on the
loader path.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.logs import Logs
from ...probes.runtimes import Runtimes

PROBLEM = Problem(
    title="Programs load an empty stand-in instead of the real NVIDIA library.",
    seen="CUDA calls fail although `nvidia-smi` works.",
    why="The toolkit's folder of build-time stand-ins (`…/lib64/stubs`) comes before the real driver library on the loader path.",
    fixes=(
        Fix(
            "Take every entry with `stubs` off the loader's path, here and in the files that the second line finds.",
            (
                "export LD_LIBRARY_PATH=$(echo $LD_LIBRARY_PATH | tr : '\\n' | grep -v stubs | paste -sd:)",
                "grep -rns stubs /etc/ld.so.conf.d ~/.bashrc ~/.profile /etc/environment",
            ),
            proof="echo $LD_LIBRARY_PATH",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Rebuild the loader's cache and see which library is found now.",
            ("sudo ldconfig", "ldconfig -p | grep libcuda.so"),
            needs_root=True,
            proof="ldconfig -p | grep libcuda.so",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Under WSL the real library is below /usr/lib/wsl/lib; put that first.",
            ("export LD_LIBRARY_PATH=/usr/lib/wsl/lib:$LD_LIBRARY_PATH",),
            proof="/usr/lib/wsl/lib/nvidia-smi",
            where=Where(systems=("linux",), wsl=True),
        ),
        Fix(
            "In a Dockerfile never keep the stand-ins on LD_LIBRARY_PATH beyond the build stage.",
            ("env | grep LD_LIBRARY_PATH",),
            proof="ldconfig -p | grep libcuda.so",
            where=Where(systems=("linux",), container=True),
        ),
    ),
    sources=(
        "https://github.com/xmake-io/xmake/issues/4686",
        "https://github.com/NVIDIA/warp/issues/219",
        "https://github.com/fboulnois/stable-diffusion-docker/pull/23",
        "https://github.com/rigelminer/rigel/issues/153",
        "https://github.com/ollama/ollama/issues/684",
    ),
    likelihood=0.4,
    systems=("linux",),
    confused_with=("wsl-linux-driver-installed",),
)

SIGNATURES = (
    Signature(
        r"(?:cudaGetDeviceCount|cuInit)\W{0,3} (?:returned|failed)\W{0,3} 34\b",
        ("34",),
        certainty=0.94,
    ),
    # a value of LD_LIBRARY_PATH; a linker's -L stands directly before its folder
    Signature(
        r"(?:^|[:=\"\s])/[^\s:]{1,200}/stubs(?:[:\"\s]|$)",
        ("stubs",),
        certainty=0.85,
        unless=(r"-lcuda\b",),
    ),
    Signature(r"CUDA driver is a stub library", ("driver", "stub", "library"), certainty=0.98),
    Signature(r"CUDA_ERROR_STUB_LIBRARY", ("cuda_error_stub_library",), certainty=0.98),
    Signature(r"cudaErrorStubLibrary", ("cudaerrorstublibrary",), certainty=0.98),
    Signature(
        r"(?:init failure:? |cuInit\S{0,20}.{0,20}|CUDA (?:driver |runtime )?error:? ?(?:code:? ?)?)\b34\b",
        ("34",),
        certainty=0.93,
    ),
    Signature(
        r"libnvidia-ml\.so in (?:GDK package|TDK package|CUDA toolkit) is a stub library",
        ("stub", "library"),
        certainty=0.97,
    ),
    Signature(
        r"always run with libnvidia-ml\.so that is\s+installed with your\s+NVIDIA Display Driver",
        ("libnvidia", "ml"),
        certainty=0.97,
        lines=2,
    ),
    Signature(
        r"(?:libcuda|libnvidia-ml)\.so\S{0,40}\s.{0,40}=>\s{1,8}\S{0,200}/stubs/",
        ("stubs",),
        certainty=0.95,
    ),
    Signature(
        r"LD_LIBRARY_PATH\S{0,3}[=:]\s?\S*/stubs\b", ("ld_library_path", "stubs"), certainty=0.94
    ),
    Signature(r"/stubs/lib(?:cuda|nvidia-ml)\.so", ("stubs",), certainty=0.9),
    Signature(
        r"Unable to determine CUDA driver version",
        ("determine", "driver", "version"),
        certainty=0.85,
    ),
)


def check(runtimes: Runtimes, logs: Logs) -> Symptom | None:
    if not runtimes.stubs:
        return None
    source, line = runtimes.stubs[0]
    hit = next((key for key, text in logs.texts.items() if "is a stub library" in text), None)
    if hit:
        what = f"A program loaded one of CUDA's stand-ins; the loader's path holds them: {line}"
        return Symptom(what, (Evidence(source, line), Evidence(hit, "is a stub library")), 0.98)
    return Symptom(
        f"The loader's path holds CUDA's stand-ins: {line}", (Evidence(source, line),), 0.88, "warn"
    )
