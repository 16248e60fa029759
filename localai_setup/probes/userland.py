"""Which machine code programs here are made of, beside what the kernel and the processor are."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.reading import Readings
from ..model.source import Command, Like, Source

WORD_SIZE = Command("getconf", "LONG_BIT")
MACHINE = Command("uname", "-m")
#: What the package manager installs for.
PACKAGES = Like("command:dpkg --print-architecture")
CHIP = Like("command:sysctl -n machdep.cpu.brand_string")
PYTHON = Like("command:python*platform.machine()*")
SOURCES: tuple[Source, ...] = (WORD_SIZE, MACHINE, PACKAGES, CHIP, PYTHON)
PACKAGES_OF_32_BITS = ("armhf", "armel", "i386")


@dataclass(frozen=True)
class Userland:
    """`bits` is 32 or 64; `machine` the kernel's word (aarch64, armv7l, x86_64). None is not known.

    `apple_chip` is the name of a processor of Apple's; `python` the machine code of Python or of
    the shell that asked, and who told it.
    """

    bits: int | None = None
    machine: str | None = None
    apple_chip: str = ""
    python: str = ""
    python_source: str = ""


def parse(readings: Readings) -> Userland:
    bits = (readings.text(WORD_SIZE) or "").strip()
    machine = (readings.text(MACHINE) or "").strip().lower()
    chip = (readings.text(CHIP) or "").strip()
    stated = [*readings.texts(PYTHON), (MACHINE.key, machine)]
    source, python = next(((key, text.strip()) for key, text in stated if text.strip()), ("", ""))
    if (readings.text(PACKAGES) or "").strip() in PACKAGES_OF_32_BITS:
        bits = "32"
    return Userland(
        int(bits) if bits in ("32", "64") else None,
        machine or None,
        chip if chip.startswith("Apple") else "",
        python,
        source,
    )
