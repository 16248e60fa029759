"""The system's libraries are 64-bit, like the kernel.

Why: A 64-bit program needs 64-bit libraries, which a 32-bit image lacks.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom
from ...probes.userland import WORD_SIZE, Userland

BITS_OF_OLD_IMAGES = 32

PROBLEM = Problem(
    title="The operating system here is the 32-bit version.",
    seen="The installer reports success, but the program cannot be started.",
    why="A 64-bit program needs 64-bit libraries, which a 32-bit image lacks.",
    fixes=(
        Fix(
            "If this says 32 and aarch64, the computer can do more: write the 64-bit image of Raspberry Pi OS with Raspberry Pi Imager.",
            ("getconf LONG_BIT", "uname -m"),
            loses="Writing a new image deletes what is on the card.",
            proof="getconf LONG_BIT",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/4577",
        "https://github.com/ollama/ollama/issues/6597",
    ),
    likelihood=0.5,
    systems=("linux",),
    confused_with=(
        "os-musl-without-glibc",
        "cpu-32bit-cannot-open-model",
        "cpu-wrong-architecture-binary",
    ),
)

SIGNATURES = (
    Signature(
        r"Unsupported architecture: (?:armv[67]l|armhf|i[36]86)",
        ("unsupported", "architecture"),
        certainty=0.97,
    ),
    Signature(r"\bLONG_BIT\s*\n\W*32\b", ("long_bit", "32"), certainty=0.95, lines=2),
    *(
        Signature(
            rf"\b{word}\b",
            (word,),
            certainty=0.93,
            also=(r"aarch64|required file not found|print-architecture",),
        )
        for word in ("armhf", "armv7l")
    ),
    Signature(
        r"32-bit userland|ELF 32-bit",
        ("32", "bit"),
        certainty=0.93,
        also=(r"aarch64|required file not found|No such file",),
    ),
    Signature(r"^\s*32\s*\n\s*aarch64\b", ("32", "aarch64"), certainty=0.95, lines=2),
    Signature(
        r"cannot execute: required file not found",
        ("cannot", "execute", "required", "file", "not", "found"),
        certainty=0.9,
        unless=(r"alpine|musl",),
    ),
    Signature(r"\bLONG_BIT\b.{0,20}\b32\b", ("long_bit",), certainty=0.9, lines=2),
    Signature(
        r"/usr/local/bin/ollama: (?:No such file or directory|not found)",
        ("usr", "local", "bin", "ollama"),
        certainty=0.85,
        unless=(r"alpine|musl|status=127",),
    ),
    *(
        Signature(pattern, needs, certainty=0.93, unless=(r"ELF 64-bit.{0,60}x86-64",))
        for pattern, needs in (
            (
                r"package architecture \((?:arm64|amd64)\) does not match system \((?:armhf|i386)\)",
                ("architecture", "package", "system"),
            ),
            (r"\('32bit', '(?:ELF|WindowsPE)'\)", ("32bit",)),
            (r"wanted linux/(?:arm/v[67]|386)\b", ("wanted", "linux")),
            (r"not compatible with 32-bit\b", ("compatible", "with", "bit")),
            (r"requires a 64-bit version of Windows\b", ("requires", "version", "windows")),
            (r"does not support 32-bit\b", ("support", "does", "bit")),
            (r"only (?:supports?|available (?:for|on)) 64-bit\b", ("only", "bit", "64")),
            (
                r"32-bit (?:operating systems?|Windows|Linux|Python|ARM) (?:is|are) (?:not|no longer) supported",
                ("supported", "bit", "32"),
            ),
        )
    ),
    Signature(
        r"no matching manifest for linux/(?:arm/v[67]|386)\b",
        ("manifest", "matching", "linux"),
        certainty=0.91,
    ),
)


def check(userland: Userland) -> Symptom | None:
    if userland.bits != BITS_OF_OLD_IMAGES or userland.machine not in ("aarch64", "x86_64"):
        return None
    what = f"The kernel is 64-bit ({userland.machine}), but programs here are 32-bit."
    return Symptom(what, (Evidence(WORD_SIZE.key, str(userland.bits)),), 0.97)
