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
            "Make an environment with an arm64 Python (here Homebrew's) and install the package in it.",
            (
                "arch -arm64 /opt/homebrew/bin/brew install python cmake",
                "arch -arm64 /opt/homebrew/bin/python3 -m venv ~/llama-arm64",
                'CMAKE_ARGS="-DCMAKE_OSX_ARCHITECTURES=arm64 -DGGML_METAL=on" arch -arm64 ~/llama-arm64/bin/pip install --no-cache-dir llama-cpp-python',
            ),
            proof='~/llama-arm64/bin/python -c "import platform, llama_cpp; print(platform.machine())"',
        ),
        Fix(
            "If there is no /opt/homebrew, install Python from python.org, which runs on both kinds, and ask it: arm64 is right.",
            ("/usr/local/bin/python3 -c 'import platform; print(platform.machine())'",),
            proof="/usr/local/bin/python3 -c 'import platform; print(platform.machine())'",
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
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (r"\bis architecture: x86_64\b", ("architecture", "x86_64", "is")),
            (
                r"but missing compatible architecture \(have",
                ("architecture", "compatible", "missing"),
            ),
            (r"mach-o, but wrong architecture\b", ("architecture", "wrong", "mach")),
            (
                r"building for macOS-arm64 but attempting to link with file built for macOS-x86_64",
                ("attempting", "building", "x86_64"),
            ),
            (
                r"Cannot install under Rosetta 2 in ARM default prefix\b",
                ("default", "install", "rosetta"),
            ),
            (r"sysctl\.proc_translated: 1\b", ("proc_translated", "sysctl", "1")),
            (r"\bVirtualApple\b", ("virtualapple",)),
            (r"incompatible architecture \(have", ("architecture", "incompatible", "have")),
        )
    ),
    Signature(
        r"Mach-O 64-bit (?:executable|dynamically linked shared library|bundle) x86_64\b",
        ("x86_64", "mach", "bit"),
        certainty=0.9,
        also=(r"\barm64\b|Apple M\d",),
        unless=(r"universal binary|executable arm64|library arm64",),
    ),
    Signature(
        r"'macOS-[\d.]+-x86_64-i386-64bit'",
        ("x86_64", "64bit", "macos"),
        certainty=0.9,
        also=(r"\barm64\b|Apple M\d",),
        unless=(r"universal binary|executable arm64|library arm64",),
    ),
    Signature(
        r"^'?x86_64'?\s*$",
        ("x86_64",),
        certainty=0.88,
        also=(r"Apple M\d", r"platform\.machine|python"),
    ),
    Signature(
        r"\bx86_64-apple-darwin",
        ("darwin", "x86_64", "apple"),
        certainty=0.88,
        also=(r"Apple M\d|\barm64\b", r"python|llama|error"),
        unless=(r"aarch64-apple-darwin",),
    ),
    Signature(
        r"\bRosetta(?: 2)?\b",
        ("rosetta",),
        certainty=0.87,
        also=(r"python|homebrew|brew|llama|conda|x86_64|Intel",),
        unless=(r"docker|linux/amd64|Virtualization",),
    ),
)


def check(host: Host, userland: Userland) -> Symptom | None:
    """Programs for Intel on a processor of Apple's."""
    if host.system != "Darwin" or not userland.apple_chip or userland.python != "x86_64":
        return None
    what = f"Python here is an Intel build, on {userland.apple_chip}."
    return Symptom(what, (Evidence(userland.python_source, "x86_64"),), 0.95)
