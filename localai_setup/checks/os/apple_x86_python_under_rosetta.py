"""Python on this Mac is the Apple-chip version.

Why: Python, the compiler or Homebrew are Intel builds although the Mac has an Apple chip.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom
from ...probes.host import Host
from ...probes.userland import Userland

PROBLEM = Problem(
    title="Python on this Mac is the Intel version, in emulation.",
    seen="llama-cpp-python installs but cannot be imported, or runs slowly without the graphics chip.",
    why="Python, the compiler or Homebrew are Intel builds although the Mac has an Apple chip.",
    fixes=(
        Fix(
            "Ask Python what it is; arm64 is right.",
            ("python3 -c 'import platform; print(platform.machine())'",),
            proof='python3 -c "import platform; print(platform.machine())"',
        ),
        Fix(
            "Take an arm64 Python and install the package again.",
            (
                'CMAKE_ARGS="-DCMAKE_OSX_ARCHITECTURES=arm64 -DGGML_METAL=on" pip install --force-reinstall --no-cache-dir llama-cpp-python',
            ),
            proof='python3 -c "import llama_cpp"',
        ),
    ),
    sources=(
        "https://github.com/abetlen/llama-cpp-python/issues/291",
        "https://github.com/abetlen/llama-cpp-python/issues/847",
        "https://github.com/openinterpreter/openinterpreter/issues/503",
        "https://github.com/openinterpreter/openinterpreter/issues/401",
        "https://github.com/openinterpreter/openinterpreter/pull/505",
    ),
    likelihood=0.6,
    systems=("macos",),
    confused_with=("cpu-wrong-architecture-binary",),
)

SIGNATURES = (
    Signature(
        r"incompatible architecture \(have ['‘]?(?:x86_64|arm64)|mach-o file, but is an incompatible architecture",
        ("incompatible", "architecture"),
        certainty=0.96,
    ),
    Signature(
        r"is incompatible architecture|wrong architecture.{0,60}(?:x86_64|arm64)",
        ("architecture",),
        certainty=0.9,
    ),
)


def check(host: Host, userland: Userland) -> Symptom | None:
    """Programs for Intel on a processor of Apple's."""
    if host.system != "Darwin" or not userland.apple_chip or userland.python != "x86_64":
        return None
    what = f"Python here is an Intel build, on {userland.apple_chip}."
    return Symptom(what, (Evidence(userland.python_source, "x86_64"),), 0.95)
