"""/proc/cpuinfo of x86, Arm, RISC-V, POWER, IBM Z and LoongArch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from . import levels

#: Arm implementer and part → core name (Arm's and the vendors' manuals, as in the kernel's cputype.h
#: and in util-linux' sys-utils/lscpu-arm.c)
ARM_PARTS = {
    "0x41/0xd03": "Cortex-A53", "0x41/0xd04": "Cortex-A35", "0x41/0xd05": "Cortex-A55",
    "0x41/0xd07": "Cortex-A57", "0x41/0xd08": "Cortex-A72", "0x41/0xd09": "Cortex-A73",
    "0x41/0xd0a": "Cortex-A75", "0x41/0xd0b": "Cortex-A76", "0x41/0xd0c": "Neoverse-N1",
    "0x41/0xd0d": "Cortex-A77", "0x41/0xd40": "Neoverse-V1", "0x41/0xd41": "Cortex-A78",
    "0x41/0xd44": "Cortex-X1", "0x41/0xd46": "Cortex-A510", "0x41/0xd47": "Cortex-A710",
    "0x41/0xd48": "Cortex-X2", "0x41/0xd49": "Neoverse-N2", "0x41/0xd4b": "Cortex-A78C",
    "0x41/0xd4c": "Cortex-X1C", "0x41/0xd4d": "Cortex-A715", "0x41/0xd4e": "Cortex-X3",
    "0x41/0xd4f": "Neoverse-V2", "0x41/0xd80": "Cortex-A520", "0x41/0xd81": "Cortex-A720",
    "0x41/0xd82": "Cortex-X4", "0x41/0xd84": "Neoverse-V3", "0x41/0xd85": "Cortex-X925",
    "0x41/0xd87": "Cortex-A725", "0x41/0xd8e": "Neoverse-N3", "0x51/0x001": "Oryon",
    "0x41/0xd01": "Cortex-A32", "0x41/0xd02": "Cortex-A34", "0x41/0xd06": "Cortex-A65",
    "0x41/0xd0e": "Cortex-A76AE", "0x41/0xd42": "Cortex-A78AE", "0x41/0xd43": "Cortex-A65AE",
    "0x41/0xd4a": "Neoverse-E1", "0x43/0x0af": "ThunderX2-99xx", "0x48/0xd01": "Kunpeng-920",
    "0x48/0xd40": "Cortex-A76", "0x4e/0x003": "Denver 2", "0x4e/0x004": "Carmel",
    "0x51/0x802": "Kryo-3XX-Gold", "0x51/0x803": "Kryo-3XX-Silver",
    "0x51/0x804": "Kryo-4XX-Gold", "0x51/0x805": "Kryo-4XX-Silver",
    "0x61/0x022": "Icestorm-M1", "0x61/0x023": "Firestorm-M1",
    "0x61/0x024": "Icestorm-M1-Pro", "0x61/0x025": "Firestorm-M1-Pro",
    "0x61/0x028": "Icestorm-M1-Max", "0x61/0x029": "Firestorm-M1-Max",
    "0x61/0x032": "Blizzard-M2", "0x61/0x033": "Avalanche-M2",
    "0x70/0x660": "FTC660", "0x70/0x661": "FTC661", "0x70/0x662": "FTC662", "0x70/0x663": "FTC663",
    "0xc0/0xac3": "Ampere-1", "0xc0/0xac4": "Ampere-1a", "0x46/0x001": "A64FX",
}  # fmt: skip
#: performance class of Arm parts: small (in-order or efficiency) cores never count as fast
SMALL_PARTS = frozenset(
    {
        "0xd03",
        "0xd04",
        "0xd05",
        "0xd46",
        "0xd80",
        "0x022",
        "0x024",
        "0x028",
        "0x032",
        "0x034",
        "0x038",
        "0x803",
        "0x805",
    }
)
#: x86, then all others that name features
_FEATURES = ("flags", "features")


@dataclass(frozen=True)
class CpuInfo:
    """What the text proves. `whole` is False where it has fewer blocks than its packages have CPUs."""

    model: str | None
    arch: str | None
    features: tuple[str, ...] | None
    logical: int
    physical: int | None
    parts: tuple[str, ...]
    complete: bool


def read(text: str) -> CpuInfo | None:
    """None where the text describes no processor."""
    blocks = [_fields(block) for block in re.split(r"\n\s*\n", text)]
    cpus = [block for block in blocks if block.get("processor", "").isdecimal()] or _ibm_z(text)
    rest = {key: value for block in reversed(blocks) for key, value in block.items()}
    if not cpus and "flags" not in rest and "features" not in rest and "isa" not in rest:
        return None
    first = cpus[0] if cpus else rest
    arch = _arch(first, rest)
    words = next((c[name] for name in _FEATURES for c in (first, rest) if c.get(name)), None)
    features = (
        tuple(sorted(levels.named(words)))
        if words
        else _riscv(first)
        if arch == "riscv64"
        else None
    )
    if arch == "s390x" and "# processors" in rest:
        cpus = cpus if len(cpus) == _number(rest["# processors"]) else []
    parts = tuple(f"{c.get('cpu implementer', '')}/{c.get('cpu part', '')}".lower() for c in cpus)
    return CpuInfo(
        _model(first, rest, parts),
        arch,
        features,
        len(cpus),
        _physical(cpus),
        parts,
        _is_complete(cpus),
    )


def _is_complete(cpus: Sequence[dict[str, str]]) -> bool:
    """Numbered from 0 without a gap, and with a block for each sibling of each package."""
    numbers = [int(cpu["processor"]) for cpu in cpus]
    packages = {cpu.get("physical id"): _number(cpu.get("siblings")) or 0 for cpu in cpus}
    return numbers == list(range(len(cpus))) and len(cpus) >= sum(packages.values())


def _fields(block: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in block.splitlines() if ":" in line)
    return {key.strip().lower(): value.strip() for key, value in pairs}


def _ibm_z(text: str) -> list[dict[str, str]]:
    """`processor 0: version = FF,  identification = …`"""
    return [{"processor": n} for n in re.findall(r"(?m)^processor (\d+): version", text)]


def _arch(first: dict[str, str], rest: dict[str, str]) -> str | None:
    if "flags" in rest:
        return "x86_64" if "lm" in rest["flags"].split() else "i686"
    if rest.get("vendor_id", "").startswith("IBM/"):
        return "s390x"
    if "loongson" in f"{rest.get('cpu family')} {rest.get('model name')}".lower():
        return "loongarch64"
    if "cpu implementer" in first or "features" in rest:
        return _arm(first, rest)
    if first.get("isa", "").startswith("rv64"):
        return "riscv64"
    return "ppc64le" if first.get("cpu", "").upper().startswith("POWER") else None


def _arm(first: dict[str, str], rest: dict[str, str]) -> str | None:
    """A 64-bit processor may show itself to a 32-bit program: `neon` without `asimd`."""
    if "asimd" in rest.get("features", "").split():
        return "aarch64"
    return "armv7l" if first.get("cpu architecture") == "7" else None


def _model(first: dict[str, str], rest: dict[str, str], parts: Sequence[str]) -> str | None:
    """Arm prints no model; the board's `Model` is right, its `Hardware` often is not."""
    named = first.get("model name") or first.get("uarch") or first.get("cpu")
    if named and named.upper().startswith("POWER"):
        return named.partition(",")[0]
    if named and parts and parts[0] == "/":
        return " ".join(named.split())
    if named and "cpu implementer" not in first:
        return " ".join(named.split())
    if rest.get("model", "").strip() and not rest["model"].isdecimal():
        return rest["model"]
    names = dict.fromkeys(ARM_PARTS[part] for part in parts if part in ARM_PARTS)
    return " + ".join(names) or (named or None)


def _riscv(first: dict[str, str]) -> tuple[str, ...] | None:
    """A `v` in the base of `isa` is the vector extension; what follows `_` are named ones."""
    isa = first.get("isa", "").lower()
    if not isa.startswith("rv"):
        return None
    base, *named = isa.split("_")
    return tuple(sorted(levels.named(" ".join((*base[4:], *named)))))


def _physical(cpus: Sequence[dict[str, str]]) -> int | None:
    """Distinct (package, core) pairs, where the text has a block for each sibling of a package."""
    if cpus and all(c.get("core", "").isdecimal() and "package" in c for c in cpus):  # LoongArch
        return len({(c["package"], c["core"]) for c in cpus})
    keys = {(c.get("physical id"), c.get("core id")) for c in cpus if "core id" in c}
    if not keys or len(cpus) < 1:
        return None
    packages = {c.get("physical id") for c in cpus}
    cores = _number(cpus[0].get("cpu cores"))
    siblings = _number(cpus[0].get("siblings"))
    if not siblings or not cores or len(cpus) != siblings * len(packages):
        return None
    return max(cores * len(packages), len(keys)) if len(keys) <= cores * len(packages) else None


def _number(word: str | None) -> int | None:
    return int(word) if word and word.isdecimal() else None
