"""The system can open files of a model's size.

Why: In a 32-bit system (for example the older Raspberry Pi image) file positions and address space
are too small.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.userland import MACHINE, Userland

KERNELS_OF_32_BITS = frozenset({"armv6l", "armv7l", "armhf", "i386", "i486", "i586", "i686"})

PROBLEM = Problem(
    title="A 32-bit system cannot open a model of this size.",
    seen="Loading a model of more than 2 GB fails at once.",
    why="In a 32-bit system (for example the older Raspberry Pi image) file positions and address space are too small.",
    fixes=(
        Fix(
            "See whether the system is 32-bit; if so, install the 64-bit version of the operating system and of the engine.",
            ("getconf LONG_BIT", "uname -m"),
            needs_root=True,
            loses="A new operating system replaces everything on the card or disk; copy your files first.",
            proof="getconf LONG_BIT",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Until then a model below 2 GB can be loaded.",
            ("localai recipes",),
            proof="getconf LONG_BIT",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=("https://github.com/ggml-org/llama.cpp/issues/4621",),
    likelihood=0.4,
    systems=("linux",),
    confused_with=("os-32bit-userland",),
)

OLD_ARM = r"\b(?:armv[67]l|armhf|i[3-6]86)\b|LONG_BIT.{0,4}32|32-bit"

SIGNATURES = (
    Signature(
        r"Value too large for defined data type",
        ("value", "too", "large", "defined"),
        certainty=0.96,
    ),
    Signature(r"\bEOVERFLOW\b", ("eoverflow",), certainty=0.9),
    Signature(
        r"mmap failed: (?:Cannot allocate memory|Invalid argument)",
        ("failed",),
        certainty=0.94,
        also=(OLD_ARM,),
    ),
    Signature(r"failed to (?:mmap|seek)", ("failed",), certainty=0.94, also=(OLD_ARM,)),
    Signature(r"std::bad_alloc", ("bad_alloc", "std"), certainty=0.9, also=(OLD_ARM,)),
    Signature(
        r"this build only supports .{0,30}(?:32|64).?bit|requires? a 64-bit",
        ("bit",),
        certainty=0.85,
    ),
    Signature(
        r"ELF 32-bit LSB",
        ("elf", "32", "bit", "lsb"),
        certainty=0.86,
        also=(r"failed to (?:open|load|mmap)|error loading model",),
    ),
    *(
        Signature(message, words, certainty=0.96)
        for message, words in (
            (r"Wert ist zu gro. f.r den definierten Datentyp", ("wert", "definierten", "datentyp")),
            (r"Valeur trop grande pour le type d.fini", ("valeur", "trop", "grande", "type")),
            (r"Valor demasiado grande para el tipo de datos", ("valor", "grande", "tipo", "datos")),
            (r"Valor muito grande para o tipo de dados", ("valor", "grande", "tipo", "dados")),
        )
    ),
)


def check(userland: Userland) -> Symptom | None:
    if userland.machine not in KERNELS_OF_32_BITS:
        return None
    what = (
        f"This is a 32-bit system ({userland.machine}); models of more than 2 GB cannot be opened."
    )
    return Symptom(what, (Evidence(MACHINE.key, userland.machine or ""),), 0.85, "warn")
